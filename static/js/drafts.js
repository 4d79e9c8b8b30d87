// Keeps what is typed into any form that is sent by POST, at most three seconds behind, for its writer alone, on the
// server (contacts/drafts.py): it is there after a reload, in another browser, after signing in again. A form says nothing
// for that; one that is not to be kept has `data-no-draft`, one whose address serves several has `data-draft-of`.

const PAUSE = 1200; // milliseconds without a key
const MOST_WAIT = 3000; // after the first key that is not kept yet
const TYPED = "textarea, input[type=text], input[type=email], input[type=tel], input[type=url], input[type=number], input:not([type])";
const SECRET = "input[type=password], input[autocomplete=one-time-code], input[name=code][maxlength]";
const TALL = 700; // pixels: a form of which the foot is not seen says at its head that a draft came back
const pending = new Map(); // place → { form, timer, since }
const rest = new Map(); // place → what was typed while a form was under way
const sentWords = new Map(); // place → its words as they were sent
const known = new WeakSet();

// What the server does not have yet lies in this tab, under its writer, until the server has it; what was sent, until a
// page comes that knows it as accepted (the cookie of config/web/accepted_forms.py). A reload overtakes no word.
const tab = {
  key: (at) => `draft ${template().dataset.owner} ${at}`,
  put(at, fields, sending = "") {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    try { sessionStorage.setItem(tab.key(at), JSON.stringify({ fields, sending, at: time })); } catch { /* full, or forbidden here */ }
  },
  has: (at) => sessionStorage.getItem(tab.key(at)) !== null,
  drop: (at) => sessionStorage.removeItem(tab.key(at)),
  take(at) {
    const found = JSON.parse(sessionStorage.getItem(tab.key(at)) ?? "null");
    const accepted = /(?:^|; )accepted_forms=([^;]*)/.exec(document.cookie)?.[1] ?? "";
    if (!found?.sending || !accepted.split(".").includes(found.sending)) return found;
    tab.drop(at);
    return null;
  },
};

// By its word a form that was accepted is known again, and what was on its way to be kept meanwhile. Another one each time it
// is sent: what is typed afterwards is kept.
const words = new WeakMap();

function word(form) {
  if (!words.has(form)) words.set(form, Math.random().toString(36).slice(2));
  return words.get(form);
}

function place(form) {
  const path = new URL(form.getAttribute("action") || location.href, location.href).pathname;
  return form.dataset.draftOf ? `${path}?of=${form.dataset.draftOf}` : path;
}

function isKept(form) {
  return form.method === "post" && !form.closest("[data-no-draft]") && !form.querySelector(SECRET) && form.querySelector(TYPED);
}

function forms() {
  return [...document.forms].filter(isKept);
}

function values(form) {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || /csrf|^submission$|password/.test(field.name)) continue;
    if (["file", "submit", "button", "image", "reset", "hidden"].includes(field.type)) continue;
    if (["checkbox", "radio"].includes(field.type)) {
      (found[field.name] ??= []).push(...(field.checked ? [field.value] : []));
    } else if (field.type === "select-multiple") found[field.name] = [...field.selectedOptions].map((one) => one.value);
    else found[field.name] = field.value;
  }
  return found;
}

function hasWords(form) {
  return [...form.querySelectorAll(TYPED)].some((field) => field.value.trim() && field.value !== field.defaultValue);
}

function token(form) {
  return form.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

function template() {
  return document.getElementById("draft-line");
}

function send(form, url, fields, keepalive = false) {
  const headers = { "X-CSRFToken": token(form), "X-In-Page": "1" };
  return fetch(url, { method: "POST", headers, body: new URLSearchParams(fields), keepalive });
}

async function keep(form, keepalive = false) {
  const at = place(form);
  clearTimeout(pending.get(at)?.timer);
  pending.delete(at);
  const emptied = !hasWords(form);
  const id = line(form)?.dataset.draft;
  if (emptied && !id) return;
  try {
    const answer = emptied
      ? await send(form, template().dataset.discard.replace("/0/", `/${id}/`), {}, keepalive)
      : await send(form, template().dataset.keep, { place: at, page: location.pathname + location.search, word: word(form), fields: JSON.stringify(values(form)) }, keepalive);
    const url = answer.headers.get("X-Sign-In");
    if (url) document.dispatchEvent(new CustomEvent("sign-in-asked", { detail: { url, demand: answer.headers.get("X-Sign-In-Demand") } }));
    if (answer.ok) tab.drop(at);
    if (answer.status === 204) line(form)?.remove();
    else if (answer.ok) show(form, await answer.json(), "kept");
    else if (answer.status !== 404) later(form);
    if (!answer.ok) show(form, null, answer.status === 413 ? "too_much" : "not_kept");
  } catch {
    tab.put(at, values(form));
    show(form, null, "not_kept");
    later(form);
  }
}

// What could not be kept is tried again until it is, or until the form is gone.
function later(form) {
  setTimeout(() => { if (form.isConnected && !pending.has(place(form))) keep(form); }, 10_000);
}

function line(form) {
  return form.querySelector(":scope .cc-draft");
}

function show(form, draft, state) {
  let shown = line(form);
  if (!shown) {
    shown = template().content.firstElementChild.cloneNode(true);
    shown.querySelector("button").addEventListener("click", () => discard(form));
    if (state === "restored" && form.offsetHeight > TALL) form.prepend(shown);
    const areas = form.querySelectorAll(TYPED);
    if (!shown.isConnected) (areas[areas.length - 1].closest(".mb-3, .cc-field, p") ?? areas[areas.length - 1]).after(shown);
  }
  if (draft) {
    if (draft.id) shown.dataset.draft = draft.id;
    shown.dataset.at = draft.at;
  }
  shown.dataset.state = state;
  shown.querySelector("span").textContent = template().dataset[state.replace(/_(.)/g, (_all, sign) => sign.toUpperCase())].replace("{time}", shown.dataset.at ?? "");
  shown.querySelector("button").hidden = !shown.dataset.draft;
}

async function discard(form) {
  const id = line(form).dataset.draft;
  const answer = await send(form, template().dataset.discard.replace("/0/", `/${id}/`), {}).catch(() => null);
  if (!answer || (answer.status !== 204 && answer.status !== 404)) return show(form, null, "not_kept");
  line(form).remove();
  form.reset();
  for (const field of form.querySelectorAll("textarea")) field.value = field.defaultValue;
  form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
  form.querySelector(TYPED)?.focus();
}

function put(form, name, value) {
  const fields = [...form.elements].filter((field) => field.name === name && !["file", "hidden"].includes(field.type));
  for (const field of fields) {
    if (["checkbox", "radio"].includes(field.type)) {
      const wanted = [value].flat().includes(field.value);
      if (field.checked === wanted) continue;
      field.checked = wanted;
    } else if (field.type === "select-multiple") {
      for (const option of field.options) option.selected = [value].flat().includes(option.value);
    } else {
      if (field.value === value || (field.value && field.value !== field.defaultValue && field.type !== "select-one")) continue;
      if (field.type === "select-one" && ![...field.options].some((option) => option.value === value)) continue;
      field.value = value;
    }
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return fields.length > 0;
}

// A choice may bring further fields from the server: what is not there yet is put in when they come.
function restore(form, draft) {
  const left = Object.entries(draft.fields).filter(([name, value]) => !put(form, name, value) || !holds(form, name, value));
  form.waiting = left.length ? { ...draft, fields: Object.fromEntries(left) } : null;
  show(form, draft, "restored");
  form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
}

function holds(form, name, value) {
  return JSON.stringify(values(form)[name] ?? []) === JSON.stringify(value);
}

async function start() {
  if (!template()) return;
  for (const form of forms()) if (form.waiting) restore(form, form.waiting);
  const fresh = forms().filter((form) => !known.has(form));
  for (const form of fresh) known.add(form);
  for (const form of fresh) {
    const typed = rest.get(place(form));
    if (!typed) continue;
    rest.delete(place(form));
    for (const [name, value] of Object.entries(typed)) put(form, name, value);
    form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
    keep(form);
  }
  for (const form of fresh.filter(isRefused)) tab.drop(place(form));
  const asked = fresh.filter((form) => !isRefused(form) && !hasWords(form) && !restoreFromTab(form));
  if (!asked.length) return;
  const query = new URLSearchParams([...new Set(asked.map(place))].map((one) => ["place", one]));
  const answer = await fetch(`${template().dataset.of}?${query}`, { headers: { "X-Background": "1" } }).catch(() => null);
  if (answer?.status !== 200) return;
  const found = await answer.json();
  for (const form of asked) if (form.isConnected && found[place(form)]) restore(form, found[place(form)]);
}

function restoreFromTab(form) {
  const found = tab.take(place(form));
  if (!found) return false;
  if (Object.entries(found.fields).every(([name, value]) => holds(form, name, value))) return true;
  restore(form, found);
  keep(form);
  return true;
}

// A form that comes back refused has the words that were sent, which are newer than what was kept.
function isRefused(form) {
  return form.querySelector(".is-invalid, .invalid-feedback, .errorlist") !== null;
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!template() || !form || !isKept(form)) return;
  const at = place(form);
  const since = pending.get(at)?.since ?? Date.now();
  clearTimeout(pending.get(at)?.timer);
  const wait = Math.max(0, Math.min(PAUSE, since + MOST_WAIT - Date.now()));
  pending.set(at, { form, since, timer: setTimeout(() => keep(form), wait) });
});
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (template() && form && isKept(form) && line(form)) event.target.dispatchEvent(new Event("input", { bubbles: true }));
});

function stop(form) {
  clearTimeout(pending.get(place(form))?.timer);
  pending.delete(place(form));
}

// Signing out waits until all that was typed is kept, and leaves nothing of it in the tab for whoever comes next.
async function signOut(form) {
  const kept = Promise.all([...pending.values()].map((one) => keep(one.form)));
  await Promise.race([kept, new Promise((resolve) => { setTimeout(resolve, MOST_WAIT); })]);
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("draft ")) sessionStorage.removeItem(key);
  pending.clear();
  form.submit();
}

document.addEventListener("submit", (event) => {
  const to = new URL(event.target.getAttribute("action") || location.href, location.href);
  if (!template() || to.pathname !== template().dataset.signOut) return;
  event.preventDefault();
  signOut(event.target);
});

// What is sent says that it may have been kept, so that the portal forgets it once it is accepted.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!isKept(form)) return;
  stop(form);
  const mark = form.querySelector("input[name=draft]") ?? document.createElement("input");
  Object.assign(mark, { type: "hidden", name: "draft", value: word(form) });
  form.append(mark);
  words.delete(form);
  if (hasWords(form) || tab.has(place(form))) tab.put(place(form), values(form), mark.value);
}, true);
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.detail.elt.closest?.("form");
  if (event.detail.verb === "post" && form && isKept(form)) event.detail.parameters.draft ??= "1";
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.closest?.("form");
  if (event.detail.requestConfig.verb !== "post" || !form || !isKept(form)) return;
  stop(form);
  sentWords.set(place(form), values(form));
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form");
  const failed = event.detail.requestConfig.verb === "post" && !event.detail.successful;
  if (failed && form?.isConnected && isKept(form) && hasWords(form)) keep(form);
});
// What is typed between sending and the answer goes on in the form that comes with the answer.
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig?.elt?.closest?.("form");
  const before = form && sentWords.get(place(form));
  if (!before || !event.detail.shouldSwap) return;
  sentWords.delete(place(form));
  const typed = {};
  for (const field of form.querySelectorAll(TYPED)) {
    const old = before[field.name] ?? "";
    if (field.value === old) continue;
    typed[field.name] = field.value.startsWith(old) ? field.value.slice(old.length).trimStart() : field.value;
  }
  if (Object.values(typed).some(Boolean) && event.detail.xhr.getResponseHeader("HX-Retarget") === null) rest.set(place(form), typed);
});

function leave() {
  for (const { form } of [...pending.values()]) {
    tab.put(place(form), values(form));
    keep(form, true);
  }
}

addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); });

start();
document.addEventListener("htmx:load", start);
document.addEventListener("htmx:afterSettle", start);
