// Small comforts; every page works without them.
(() => {
  "use strict";

  // An id or digest: focusing selects the whole, and a button beside it copies.
  for (const field of document.querySelectorAll("[data-k-copy]")) {
    field.addEventListener("focus", () => field.select());
    if (!navigator.clipboard) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "k-copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy: " + field.getAttribute("aria-label"));
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = "Copied";
      } catch {
        field.focus();
      }
    });
    field.parentElement.after(button);
  }

  // What is wrong with a form is read first.
  document.querySelector("[data-k-problem]")?.focus();

  // The admin's lists name their columns in the head only; narrow pages show the name beside each value.
  for (const table of document.querySelectorAll("#result_list")) {
    const names = [...table.querySelectorAll("thead th")].map((head) => head.querySelector(".text")?.textContent.trim() ?? "");
    for (const row of table.tBodies[0]?.rows ?? []) {
      [...row.cells].forEach((cell, index) => { cell.dataset.label = names[index] ?? ""; });
    }
    table.classList.add("k-labelled");
  }

  // The queue by keyboard: j and k move between the acts, Enter follows the one in focus.
  const acts = [...document.querySelectorAll("[data-k-queue] .k-act")];
  if (acts.length === 0) return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const step = { j: 1, k: -1 }[event.key];
    if (step === undefined) return;
    const here = acts.indexOf(document.activeElement);
    const next = here === -1 ? (step === 1 ? 0 : acts.length - 1) : here + step;
    acts[Math.min(Math.max(next, 0), acts.length - 1)].focus();
    event.preventDefault();
  });
})();
