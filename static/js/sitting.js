// A point in session: shows only the fields that the chosen outcome and method ask for. Without this
// script every field is there. What saves by itself is in autosave.js.
(() => {
  "use strict";

  const form = document.querySelector("[data-sitting]");
  if (!form) return;
  const chosen = (name) => form.querySelector(`[name=${name}]:checked`)?.value ?? "";
  const shows = (element, visible) => element && (element.hidden = !visible);
  const follow = () => {
    const outcome = chosen("outcome");
    shows(form.querySelector("#div_id_amount"), ["prioritise", "increase"].includes(outcome));
    shows(form.querySelector("#div_id_public_reason"), outcome === "prioritise");
    shows(form.querySelector(".votes"), chosen("method") === "vote");
  };
  form.addEventListener("change", follow);
  follow();
})();
