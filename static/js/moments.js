// Keeps "5 minutes ago" true: every <time data-relative>, once a minute and after htmx brought something in.

const words = document.getElementById("cc-words")?.dataset ?? {};
const format = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" });
const UNITS = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

function say(at, now) {
  const seconds = (at - now) / 1000;
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return words.now ?? "";
}

function refresh(scope = document) {
  for (const time of scope.querySelectorAll("time[data-relative]")) {
    const text = say(Date.parse(time.dateTime), Date.now());
    if (text && time.textContent !== text) time.textContent = text;
  }
}

setInterval(() => document.hidden || refresh(), 60_000);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
document.addEventListener("htmx:load", (event) => refresh(event.target.parentNode ?? document));
