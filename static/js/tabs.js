// Panels that lie side by side where there is room, and one at a time by tab where there is not.
// <div data-tabs> holds a [role=tablist] of buttons with aria-controls, and the panels they name.

function choose(tab) {
  const group = tab.closest("[data-tabs]");
  for (const other of group.querySelectorAll("[role=tab]")) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls"))?.toggleAttribute("data-tab-hidden", !chosen);
  }
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tabs] [role=tab]");
  if (tab) choose(tab);
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const tab = event.target.closest?.("[data-tabs] [role=tab]");
  if (!tab || !step) return;
  const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
  const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
  choose(next);
  next.focus();
});

function start() {
  for (const group of document.querySelectorAll("[data-tabs]")) {
    const tab = group.querySelector("[role=tab][aria-selected=true]") ?? group.querySelector("[role=tab]");
    if (tab) choose(tab);
  }
}

start();
document.addEventListener("htmx:load", start);
