// Composers: Ctrl/Cmd+Enter sends; a draft outlives a reload and whatever else is done to the case meanwhile (kept in this
// tab only, for its writer, dropped once it was sent or its writer signed out); progress while files go up. Also opens the
// dialog that htmx has filled.

function words(form) {
  return [...form.querySelectorAll("textarea")];
}

function store(area) {
  return `draft:${area.form.dataset.draft}:${area.name}`;
}

function forget(form) {
  for (const area of words(form)) sessionStorage.removeItem(store(area));
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("form[data-draft] textarea")) return;
  if (event.target.value.trim()) sessionStorage.setItem(store(event.target), event.target.value);
  else sessionStorage.removeItem(store(event.target));
  mark();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  event.preventDefault();
  form.querySelector("[data-send]")?.click();
});

// A form that is sent whole leaves with its draft; should it come back refused, the page brings the draft itself. A look
// at it first (data-preview) sends nothing yet.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form && !form.hasAttribute("hx-post") && !event.submitter?.hasAttribute("data-preview")) forget(form);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig?.elt?.closest?.("form[data-draft]");
  if (!form || event.detail.requestConfig.verb !== "post") return;
  const kept = event.detail.xhr.getResponseHeader("HX-Retarget") !== null;
  if (!kept && event.detail.shouldSwap) forget(form);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target;
  if (!dialog.matches?.("dialog#act")) return;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("select, textarea, input:not([type=hidden])")?.focus();
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("[data-file-drop] progress");
  if (!bar || !event.detail.lengthComputable || event.detail.total < 1e6) return;
  bar.classList.remove("d-none");
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});

function start() {
  for (const area of document.querySelectorAll("form[data-draft] textarea")) {
    const draft = sessionStorage.getItem(store(area));
    if (area.value || !draft) continue;
    area.value = draft;
    const composer = area.form.closest("details");
    if (composer && !document.querySelector("details.cc-composer[open] textarea")?.value) composer.open = true;
  }
  mark();
}

// One composer at a time. Not by a shared name: htmx puts the new page in before it takes the old one out, and the
// browser would close the new composer for the sake of the old.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("details.cc-composer[open]")) return;
  for (const other of document.querySelectorAll("details.cc-composer[open]")) {
    if (other !== event.target) other.open = false;
  }
}, true);

// A composer that is closed over a draft says so.
function mark() {
  for (const composer of document.querySelectorAll("details.cc-composer")) {
    composer.classList.toggle("cc-has-draft", Boolean(composer.querySelector("textarea")?.value.trim()));
  }
}

start();
document.addEventListener("htmx:load", start);
