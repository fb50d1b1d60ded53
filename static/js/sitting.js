// A point in session: shows only the fields that the chosen outcome and method ask for, and warns
// before a page is left while something typed is still on its way. Without this script every field
// is there, and a button saves.
(() => {
  "use strict";

  const form = document.querySelector("[data-sitting]");
  if (!form) return;
  const chosen = (name) => form.querySelector(`[name=${name}]:checked`)?.value ?? "";
  const shows = (element, visible) => element && (element.hidden = !visible);
  const follow = () => {
    shows(form.querySelector("#div_id_amount"), chosen("outcome") === "prioritise");
    shows(form.querySelector(".voices"), chosen("method") === "vote");
  };

  let unsaved = 0;
  form.addEventListener("input", () => { unsaved += 1; });
  form.addEventListener("change", follow);
  form.addEventListener("submit", () => { unsaved = 0; });
  let sent = 0;
  document.addEventListener("htmx:beforeRequest", () => { sent = unsaved; });
  document.addEventListener("htmx:afterSwap", () => {
    // A refusal is an answer too: what was typed still isn't saved.
    if (!form.querySelector("#enregistre .alert-danger")) unsaved -= sent;
  });
  window.addEventListener("beforeunload", (event) => { if (unsaved > 0) event.preventDefault(); });
  follow();
})();
