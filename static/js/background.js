// Marks requests that the page makes by itself (polls, fragments that load late), so that they do not count as a
// sign of life of the person: config/web/sessions.py. htmx hands an event along only where a person caused the request.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.triggeringEvent) event.detail.headers["X-Background"] = "1";
});
