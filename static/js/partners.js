// Partners looked for as one types (htmx). What is ticked among those found goes to those chosen when
// others are found. Without this script, a button looks for them.
(() => {
  "use strict";

  const group = document.querySelector("[data-partners]");
  const field = group?.querySelector("input[type=search]");
  if (!field || !window.htmx) return;
  const chosen = group.querySelector("[data-chosen]");
  const found = group.querySelector("#structures-trouvees");
  const look = (event) => {
    event.preventDefault();
    window.htmx.trigger(field, "look");
  };

  field.addEventListener("keydown", (event) => { if (event.key === "Enter") look(event); });
  group.querySelector("button[name=look]").addEventListener("click", look);
  // Words to look for are no answer: the form neither saves nor counts them.
  for (const name of ["input", "change"]) {
    field.addEventListener(name, (event) => event.stopPropagation());
  }

  const isOurs = (event) => event.detail.requestConfig?.elt === field;
  const on = (name, act) => document.addEventListener(`htmx:${name}`, (event) => {
    if (isOurs(event)) act(event);
  });
  const silence = group.querySelector("[data-unanswered]");
  on("beforeOnLoad", (event) => {
    // Signed out meanwhile: what is typed stays here.
    if (!event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    event.preventDefault();
    silence.hidden = false;
  });
  for (const failure of ["sendError", "responseError", "timeout"]) {
    on(failure, () => { silence.hidden = false; });
  }
  on("beforeSwap", (event) => {
    if (!event.detail.shouldSwap) return;
    for (const box of found.querySelectorAll(":checked")) chosen.append(box.closest(".form-check"));
  });
  on("afterSwap", () => {
    silence.hidden = true;
    // One box for each: that of the list above, unless it isn't ticked there any more.
    for (const box of found.querySelectorAll("input[type=checkbox]")) {
      const twin = [...chosen.querySelectorAll("input")].find((one) => one.value === box.value);
      if (twin) (twin.checked ? box : twin).closest(".form-check").remove();
    }
  });
})();
