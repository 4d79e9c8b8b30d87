// One bar says when a request of the page failed: what happened, whether anything was changed, and "try again". A poll that
// fails says of when the page is, and the bar goes as soon as one succeeds.
// Scripts that ask without htmx send the event `request-failed` with { status, verb, again }.

const SAID = { 0: "no_connection", 403: "refused", 404: "gone", 410: "gone", 413: "too_large", 429: "too_many", 500: "fault" };
let fresh = new Date();

function reason(status) {
  if (!navigator.onLine) return "no_connection";
  return SAID[status] ?? (status > 500 ? "no_answer" : "unreadable");
}

// A request that was answered by the portal itself with a refusal or a fault was undone as a whole; one that nobody answered
// may have been done. Every form has a key, so that sending it twice does it once.
function effect(status, verb, alone) {
  if (alone) return "stale";
  if (verb === "get") return "as_before";
  return status === 0 || status > 500 ? "unknown" : "unchanged";
}

function bars() {
  return [...document.querySelectorAll(".cc-failure-bar")];
}

function say({ status, verb, again, alone = false }) {
  const template = document.getElementById("failure-bar");
  if (!template) return;
  if (alone && bars().some((bar) => bar.dataset.effect !== "stale")) return; // what somebody did goes before
  for (const bar of bars()) bar.remove();
  const bar = template.content.firstElementChild.cloneNode(true);
  const [why, what] = [reason(status), effect(status, verb, alone)];
  bar.dataset.reason = why;
  bar.dataset.effect = what;
  for (const part of bar.querySelectorAll("[data-when]")) if (part.dataset.when !== why) part.remove();
  for (const part of bar.querySelectorAll("[data-effect]")) {
    if (part.dataset.effect !== what) part.remove();
    else if (part.dataset.words) part.textContent = part.dataset.words.replace("{time}", time(fresh));
  }
  const button = bar.querySelector("[data-again]");
  if (again) button.addEventListener("click", () => { bar.remove(); again(); });
  else button.remove();
  bar.querySelector("[data-close]").addEventListener("click", () => bar.remove());
  const host = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  host.append(bar);
}

function time(at) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }).format(at);
}

// Once more with what the form holds now; its button, if it had one, is among what is sent.
function repeat({ requestConfig, target }) {
  const { verb, path, elt, triggeringEvent } = requestConfig;
  const button = triggeringEvent?.submitter ?? triggeringEvent?.detail?.submitter;
  const values = button?.name ? { [button.name]: button.value } : {};
  return () => { if (elt.isConnected) window.htmx.ajax(verb, path, { source: elt, event: triggeringEvent, target, values }); };
}

function failed(event) {
  const { requestConfig, xhr } = event.detail;
  if (xhr?.getResponseHeader("X-Sign-In")) return; // js/session.js
  const alone = requestConfig.headers["X-Background"] === "1";
  say({ status: xhr?.status ?? 0, verb: requestConfig.verb, again: alone ? null : repeat(event.detail), alone });
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed);
document.addEventListener("request-failed", (event) => say(event.detail));

document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || !navigator.onLine) return; // what was under way when the line went proves nothing
  fresh = new Date();
  const alone = event.detail.requestConfig.headers["X-Background"] === "1";
  for (const bar of bars()) if (!alone || bar.dataset.effect === "stale") bar.remove();
});

addEventListener("offline", () => say({ status: 0, verb: "get", again: null, alone: true }));
addEventListener("online", () => { for (const bar of bars()) if (bar.dataset.effect === "stale") bar.remove(); });
