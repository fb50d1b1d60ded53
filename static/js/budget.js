// The balance of the budget while one types. Without this script it is right after each saving.
(() => {
  "use strict";

  const output = document.querySelector("[data-balance]");
  if (!output) return;
  const cents = (field) => {
    const typed = field.value.replace(/[\s\u00a0\u202f€]/g, "").replace(",", ".");
    return /^\d+(\.\d*)?$/.test(typed) ? Math.round(Number(typed) * 100) : 0;
  };
  const total = (selector) =>
    [...document.querySelectorAll(`${selector} input[inputmode=decimal]`)].reduce(
      (sum, field) => sum + cents(field), 0);
  const euros = (amount) =>
    (amount / 100).toLocaleString("fr-FR", {
      style: "currency", currency: "EUR", minimumFractionDigits: amount % 100 ? 2 : 0,
    });
  const show = () => {
    const [expenses, resources] = [total("[data-expenses]"), total("[data-resources]")];
    const gap = resources - expenses;
    let said = `${euros(expenses)} de dépenses, ${euros(resources)} de ressources. `;
    if (gap === 0) said += "Le budget est équilibré.";
    else if (gap < 0) said += `Il manque ${euros(-gap)} de ressources.`;
    else said += `Il y a ${euros(gap)} de ressources en trop.`;
    output.textContent = said;
  };
  const form = document.querySelector("[data-autosave]");
  form.addEventListener("change", show);
  // The page saves by itself while one types on, and says so: the balance then speaks of the same
  // amounts, but not at each key, since it is read aloud.
  let pause;
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(show, 700);
  });
})();
