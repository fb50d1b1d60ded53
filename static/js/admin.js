// Select2, which the admin uses to choose among many, gives its box no name: the field's label does.
(() => {
  const name = () => {
    for (const box of document.querySelectorAll(".select2-selection[role=combobox]")) {
      const field = box.closest(".select2-container")?.previousElementSibling;
      const label = field?.labels?.[0];
      if (!label) continue;
      label.id ||= `label-${field.id}`;
      const shown = box.querySelector(".select2-selection__rendered");
      box.setAttribute("aria-labelledby", `${label.id} ${shown?.id ?? ""}`.trim());
      // A box in a box, without a name of its own: what it shows is read with the outer one.
      shown?.removeAttribute("role");
      shown?.removeAttribute("aria-readonly");
    }
  };
  // Nor has the icon of the admin's double lists a role that may carry its name.
  const describe = () => {
    for (const icon of document.querySelectorAll(".search-label-icon[aria-label]")) icon.role = "img";
  };
  addEventListener("load", describe);
  // Whenever Select2 draws a box: when the page is ready, and for each form that is added.
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  name();
})();
