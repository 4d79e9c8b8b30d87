// Light, dark, or as the system: remembered in the cookie `theme`, so that the server draws the next page right at once.

const root = document.documentElement;
const YEAR = 365 * 24 * 3600;

function mark(theme) {
  for (const button of document.querySelectorAll("[data-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.theme === theme));
  }
}

function choose(theme) {
  root.dataset.bsTheme = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
  mark(theme);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme]");
  if (button) choose(button.dataset.theme);
});

// The admin's page carries the cookie's choice as a class of the body.
function start() {
  const asClass = /cc-theme-(\w+)/.exec(document.body.className)?.[1];
  mark(root.dataset.bsTheme || asClass || "auto");
  for (const control of document.querySelectorAll("[data-theme-switch]")) control.dataset.ready = "";
}

start();
document.addEventListener("htmx:load", start);
