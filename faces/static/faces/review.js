// The desk by keyboard; every verdict works by mouse and without this file.
(() => {
  "use strict";
  const acts = document.querySelector("[data-k-desk]");
  const overrule = document.querySelector("[data-k-overrule]");
  if (!acts || !overrule) return;
  const findings = [...overrule.querySelectorAll("input[name='finding']")];
  const reason = overrule.querySelector("textarea");
  const help = document.querySelector("[data-k-help]");
  let sent = false;

  // One verdict an answer: a key held down or a second click sends nothing more.
  for (const form of document.querySelectorAll("[data-k-desk] form, [data-k-overrule]")) {
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
    });
  }
  // A page that comes back from the browser's memory may be sent again; the server knows whether it is in time.
  window.addEventListener("pageshow", () => { sent = false; });

  const press = (act) => acts.querySelector(`[data-k-act='${act}']`).click();
  const open = () => {
    overrule.closest("section").scrollIntoView();
    (findings.find((each) => each.checked) ?? findings[0]).focus({ preventScroll: true });
  };
  const find = (number) => {
    findings[number].checked = true;
    overrule.closest("section").scrollIntoView();
    reason.focus({ preventScroll: true });
  };
  acts.querySelector("[data-k-act='overrule']").addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });

  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("textarea, input:not([type='radio']), select");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("[data-k-overrule]")) {
      event.preventDefault();
      overrule.requestSubmit();
    } else if (event.key === "Escape" && writing) {
      writing.blur();
    } else if (writing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "a") {
      press("agree");
    } else if (event.key === "o") {
      event.preventDefault();
      open();
    } else if (event.key === "s") {
      press("unsure");
    } else if (event.key === "?") {
      help.open = !help.open;
      help.querySelector("summary").focus();
    } else if (/^[0-8]$/.test(event.key)) {
      event.preventDefault();
      find(Number(event.key));
    }
  });
})();
