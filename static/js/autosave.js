// A form that saves by itself (htmx) warns before its page is left while something typed is still
// on its way. Without this script, buttons save.
(() => {
  "use strict";

  const form = document.querySelector("[data-autosave]");
  if (!form) return;
  let unsaved = 0;
  let sent = 0;
  form.addEventListener("input", () => { unsaved += 1; });
  form.addEventListener("submit", () => { unsaved = 0; });
  document.addEventListener("htmx:beforeRequest", () => { sent = unsaved; });
  document.addEventListener("htmx:afterSwap", () => {
    // A refusal is an answer too: what was typed still isn't saved.
    if (!form.querySelector("#enregistre .alert-danger")) unsaved -= sent;
  });
  window.addEventListener("beforeunload", (event) => { if (unsaved > 0) event.preventDefault(); });
})();
