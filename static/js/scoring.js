// The total of the scoring view, live, and levels by the keyboard. Without this script the total is
// right after each save, and arrows choose the levels.
(() => {
  const form = document.querySelector("[data-scoring]");
  if (!form) return;
  const output = form.querySelector("[data-total]");
  const label = output.previousElementSibling;
  const groups = new Map();
  for (const radio of form.querySelectorAll("input[type=radio][data-weight]")) {
    groups.set(radio.name, Number(radio.dataset.weight));
  }
  const show = () => {
    let points = 0;
    let most = 0;
    let given = 0;
    for (const [name, weight] of groups) {
      const chosen = form.querySelector(`input[name="${name}"]:checked`)?.value;
      if (/^[0-3]$/.test(chosen)) {
        points += weight * Number(chosen);
        given += 1;
      }
      most += 3 * weight;
    }
    label.textContent = "Total :";
    // « Ne se prononce pas » is no zero, and no total.
    if (given < groups.size) {
      output.textContent = `incomplet : ${given} niveau${given > 1 ? "x" : ""} sur ${groups.size} critères`;
      return;
    }
    // Cut, not rounded, to one decimal: as the gate shows it.
    const tenths = Math.floor((1000 * points) / most);
    const score = `${Math.floor(tenths / 10)},${tenths % 10}`;
    const cut = (1000 * points) % most ? ", arrondi au dixième inférieur" : "";
    output.textContent = `${points} point${points > 1 ? "s" : ""} sur ${most}, soit ${score} sur 100${cut}`;
  };
  form.addEventListener("change", show);
  show();

  // 0 to 3 and N, while the focus is within a criterion and not in a text. On French keyboards the
  // figures of the top row need Shift: the key counts too, whatever it writes.
  const said = form.parentElement.querySelector("[data-said]");
  form.parentElement.querySelector("[data-shortcuts]").hidden = false;
  const levelOf = ({ key, code }) => {
    if (/^[0-3]$/.test(key)) return key;
    if (key.toLowerCase() === "n") return "N";
    return /^Digit([0-3])$/.exec(code)?.[1];
  };
  form.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.target.matches("textarea, select, input:not([type=radio])")) return;
    const block = event.target.closest("[data-criterion]");
    const level = block && levelOf(event);
    const radio = level && block.querySelector(`input[type=radio][value="${level}"]`);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
    // As a click does: what saves by itself counts what is typed.
    for (const name of ["input", "change"]) radio.dispatchEvent(new Event(name, { bubbles: true }));
    const choice = level === "N" ? "ne se prononce pas" : `niveau ${level}`;
    said.textContent = `${block.dataset.criterion} : ${choice}`;
  });
})();
