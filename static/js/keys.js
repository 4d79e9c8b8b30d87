// One key a deed: an element says its key by aria-keyshortcuts; j and k walk [data-key-rows]; ? shows the sheet #keys.
// Nothing happens while somebody types, with Ctrl, Alt or Cmd held, or where the keys are turned off in the sheet.

const OFF = "keys-off";

function isOn() {
  return localStorage.getItem(OFF) === null;
}

function types(element) {
  return element.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-key-rows] [data-key-row]")].filter((row) => row.checkVisibility());
  if (!rows.length) return;
  let here = rows.indexOf(document.activeElement);
  if (here < 0) here = rows.findIndex((row) => row.getAttribute("aria-current"));
  if (here < 0) here = step > 0 ? -1 : rows.length;
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function act(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
    return;
  }
  if (element.tagName !== "SUMMARY") {
    element.click();
    return;
  }
  element.parentElement.open = true;
  element.parentElement.querySelector("textarea")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && types(event.target)) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || types(event.target)) return;
  if (!isOn() || document.querySelector("dialog[open]")) return;
  if (event.key === "?") document.getElementById("keys")?.showModal();
  else if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
  else {
    const element = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
    if (!element) return;
    act(element);
  }
  event.preventDefault();
});

function start() {
  const box = document.getElementById("keys-on");
  if (box) box.checked = isOn();
}

document.addEventListener("change", (event) => {
  if (event.target.id !== "keys-on") return;
  if (event.target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});

start();
document.addEventListener("htmx:load", start);
