// Counts commitments by the second: [data-countdown] with data-due, data-warn and data-breach (UTC instants, may be empty).
// The state, its icon and words follow at the warning point and at the breach. Nothing is announced: the words are read on demand.

const words = document.getElementById("cc-words")?.dataset ?? {};
const SECOND = 1000;

function fill(pattern, values) {
  return pattern.replace(/%\((\w+)\)(0\d)?[ds]/g, (_, name, pad) =>
    pad ? String(values[name]).padStart(Number(pad), "0") : String(values[name]));
}

function span(milliseconds) {
  const minutes = Math.floor(Math.abs(milliseconds) / (60 * SECOND));
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  if (days) return fill(words.days, { days, hours });
  if (hours) {
    const whole = fill(words.hours, { hours, minutes: minutes % 60 });
    return minutes % 60 ? whole : fill(words.wholeHours ?? words.hours, { hours, minutes: 0 });
  }
  if (minutes >= 10) return fill(words.minutes, { minutes });
  const seconds = Math.floor(Math.abs(milliseconds) / SECOND) % 60;
  return `${minutes}:${String(seconds).padStart(2, "0")}`;
}

function stateAt(chip, now) {
  const breach = Date.parse(chip.dataset.breach);
  if (now > breach) return "breached";
  return now >= Date.parse(chip.dataset.warn) ? "at-risk" : "running";
}

function show(chip, now) {
  const due = Date.parse(chip.dataset.due);
  const shown = [...chip.classList].find((name) => /^cc-clock-(running|at-risk|breached)$/.test(name))?.slice(9);
  const state = shown === "breached" ? shown : stateAt(chip, now);
  const pattern = state === "breached" ? words.late : words.left;
  const text = fill(pattern, { span: span(state === "breached" ? now - due : Math.max(due - now, 0)) });
  const time = chip.querySelector("[data-time]");
  if (time && time.textContent !== text) time.textContent = text;
  if (state === shown) return;
  chip.classList.replace(`cc-clock-${shown}`, `cc-clock-${state}`);
  chip.closest(".cc-bar")?.classList.replace(`cc-bar-${shown}`, `cc-bar-${state}`);
  const drawing = chip.querySelector("use");
  drawing?.setAttribute("href", drawing.getAttribute("href").replace(/#.*/, `#${words[`icon${camel(state)}`]}`));
  const label = chip.querySelector("[data-state]");
  if (label) label.textContent = words[`state${camel(state)}`];
}

function camel(state) {
  return state.replace(/(^|-)(\w)/g, (_all, _dash, letter) => letter.toUpperCase());
}

function tick() {
  if (document.hidden) return;
  const now = Date.now();
  for (const chip of document.querySelectorAll("[data-countdown]")) show(chip, now);
}

if (words.left) {
  setInterval(tick, SECOND);
  document.addEventListener("visibilitychange", tick);
}
