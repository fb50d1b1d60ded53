// What is typed and ticked in a form, kept in this tab (sessionStorage) until it is sent: nothing of it
// leaves the browser before, and closing the tab forgets it. Without this script, or where storage is
// refused, the form is only a form.
(() => {
  "use strict";

  const storage = () => {
    try {
      return window.sessionStorage;
    } catch {
      return null;
    }
  };
  const store = storage();
  if (!store) return;
  const named = (name) => `kept-here:${name}`;
  // The page that follows a sending says what it was.
  for (const { dataset } of document.querySelectorAll("[data-forget]")) {
    store.removeItem(named(dataset.forget));
  }
  const form = document.querySelector("form[data-kept-here]");
  if (!form) return;
  const key = named(form.dataset.keptHere);
  const reader = form.dataset.reader ?? "";
  const isTick = ({ type }) => type === "checkbox" || type === "radio";
  const fields = [...form.elements].filter(
    (field) =>
      field.id &&
      field.matches("textarea, select, input:not([type=hidden], [type=file], [type=submit])") &&
      !field.closest(".honeypot"),
  );
  const keep = () => {
    const values = fields.map((field) => [field.id, isTick(field) ? field.checked : field.value]);
    try {
      store.setItem(key, JSON.stringify({ reader, values }));
    } catch {
      // No room left: what is typed stays in the page, as without this script.
    }
  };
  const restore = () => {
    const kept = JSON.parse(store.getItem(key) ?? "null");
    if (!kept) return;
    // Somebody else signed in, in the same tab. What was typed before signing in is one's own.
    if (kept.reader && kept.reader !== reader) {
      store.removeItem(key);
      return;
    }
    let isBack = false;
    for (const [id, value] of kept.values) {
      const field = fields.find((one) => one.id === id);
      if (!field) continue;
      if (isTick(field)) {
        isBack ||= value !== field.checked;
        field.checked = value;
      } else if (value && value !== field.value) {
        isBack = true;
        field.value = value;
      }
    }
    const said = form.querySelector("[data-back-here]");
    if (said) said.hidden = !isBack;
  };
  // What the server gives back, with its errors, is what was typed last.
  if ("asSent" in form.dataset) keep();
  else restore();
  for (const name of ["input", "change"]) form.addEventListener(name, keep);
})();
