// Keeps the queue fresh without moving what somebody points at: rows are replaced where they stand; where the order
// changed, the new order waits behind a button while the pointer or the focus is in the list.

const TARGET = "queue-rows";
const sources = new Map();
let waiting = null;

function rowsOf(root) {
  return [...root.querySelectorAll("tbody > tr")];
}

function remember(rows) {
  sources.clear();
  for (const row of rows) sources.set(row.id, row.outerHTML);
}

function refresh(list, fresh) {
  for (const row of fresh) {
    const shown = document.getElementById(row.id);
    if (!shown || sources.get(row.id) === row.outerHTML) continue;
    sources.set(row.id, row.outerHTML);
    const focused = shown.contains(document.activeElement);
    const copy = row.cloneNode(true);
    shown.replaceWith(copy);
    if (focused) copy.querySelector("a")?.focus({ preventScroll: true });
  }
}

function changes(shown, fresh) {
  const before = new Set(shown);
  const after = new Set(fresh);
  const stayed = fresh.filter((id) => before.has(id));
  const came = fresh.length - stayed.length;
  const went = shown.filter((id) => !after.has(id)).length;
  return Math.max(came, went) + stayed.length - longestRise(stayed.map((id) => shown.indexOf(id)));
}

// How many rows kept their order among themselves; the others moved.
function longestRise(places) {
  const ends = [];
  for (const place of places) {
    const at = ends.findIndex((end) => end > place);
    ends[at < 0 ? ends.length : at] = place;
  }
  return ends.length;
}

function offer(count) {
  const button = document.getElementById("queue-changes");
  if (!button) return;
  button.hidden = !count;
  const words = count === 1 ? button.dataset.one : button.dataset.many;
  button.querySelector("span").textContent = words.replace("{count}", count);
}

function show(list, page) {
  const before = new Set(rowsOf(list).map((row) => row.id));
  const link = document.activeElement?.closest?.("tr")?.id;
  list.replaceChildren(...page.childNodes);
  remember(rowsOf(list));
  for (const row of rowsOf(list)) row.classList.toggle("cc-row-new", !before.has(row.id));
  document.getElementById(link)?.querySelector("a")?.focus({ preventScroll: true });
  waiting = null;
  offer(0);
}

function arrive(list, html) {
  const page = document.createElement("template");
  page.innerHTML = html;
  const [shown, fresh] = [rowsOf(list), rowsOf(page.content)];
  const [old, now] = [shown.map((row) => row.id), fresh.map((row) => row.id)];
  if (fresh.length && old.join() === now.join()) {
    waiting = null;
    offer(0);
    refresh(list, fresh);
    return;
  }
  if (!list.matches(":hover") && !list.contains(document.activeElement)) {
    show(list, page.content);
    return;
  }
  refresh(list, fresh);
  waiting = page.content;
  offer(changes(old, now));
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target.id === TARGET && document.hidden) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target.id !== TARGET) return;
  event.detail.shouldSwap = false;
  if (xhr.status === 200) arrive(target, xhr.responseText);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#queue-changes") && waiting) show(document.getElementById(TARGET), waiting);
});

// What is not chosen stays out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches(".cc-filters")) return;
  for (const [name, value] of Object.entries(event.detail.parameters)) if (!value) delete event.detail.parameters[name];
});

document.addEventListener("formdata", (event) => {
  if (!event.target.matches(".cc-filters")) return;
  for (const [name, value] of [...event.formData.entries()]) if (!value) event.formData.delete(name);
});

// Enter asks for the page as a whole, where a number goes to its case: what the same key has begun to fetch would call that off.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".cc-filters") || event.defaultPrevented) return;
  form.dataset.leaves = "1";
  window.htmx.trigger(form, "htmx:abort");
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.dataset?.leaves) event.preventDefault();
});
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-leaves]")) delete form.dataset.leaves; });
