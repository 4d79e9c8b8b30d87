// Composers: Ctrl/Cmd+Enter sends; progress while files go up. Also opens the dialog that htmx has filled. What is typed is
// kept by js/drafts.js.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  event.preventDefault();
  form.querySelector("[data-send]")?.click();
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

// A draft that came back opens its composer, unless another one is being written in.
document.addEventListener("draft-restored", (event) => {
  const composer = event.target.closest("details.cc-composer");
  if (composer && !document.querySelector("details.cc-composer[open] textarea")?.value) composer.open = true;
  mark();
});
document.addEventListener("input", mark);

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

mark();
document.addEventListener("htmx:load", mark);
