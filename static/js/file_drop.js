// [data-file-drop] around a file input: choose, drop anywhere on the form, paste images; list with remove; refusals say why;
// progress while sending. The input's own FileList stays the truth, so the form is sent as without JavaScript.

function size(bytes) {
  const lang = document.documentElement.lang || "en";
  const [value, unit] = bytes < 1024 ** 2 ? [Math.ceil(bytes / 1024), "kilobyte"] : [bytes / 1024 ** 2, "megabyte"];
  const maximumFractionDigits = unit === "megabyte" && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(lang, { style: "unit", unit, maximumFractionDigits }).format(value);
}

function icon(name) {
  const sample = document.querySelector("svg.icon use");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon icon-sm");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", sample.getAttribute("href").replace(/#.*/, `#${name}`));
  svg.append(use);
  return svg;
}

function text(tag, css, words) {
  const element = document.createElement(tag);
  element.className = css;
  element.textContent = words;
  return element;
}

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const MOST_PREVIEWED = 5e6; // bytes

function preview(file) {
  const image = document.createElement("img");
  image.alt = "";
  const reader = new FileReader();
  reader.addEventListener("load", () => { image.src = reader.result; });
  reader.readAsDataURL(file);
  return image;
}

class FileDrop {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("input[type=file]");
    this.list = root.querySelector("ul.cc-files");
    this.said = root.querySelector("[data-said]");
    this.progress = root.querySelector("progress");
    this.words = root.dataset;
    this.files = [];
    this.refused = [];
    root.classList.add("cc-drop-live");
    this.input.addEventListener("change", () => this.add([...this.input.files]));
    this.listen(this.input.form ?? root);
  }

  listen(form) {
    form.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      this.root.classList.add("cc-drop-over");
    });
    form.addEventListener("dragleave", (event) => {
      if (!form.contains(event.relatedTarget)) this.root.classList.remove("cc-drop-over");
    });
    form.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.root.classList.remove("cc-drop-over");
      this.add([...event.dataTransfer.files]);
    });
    form.addEventListener("paste", (event) => this.paste(event));
    form.addEventListener("reset", () => { this.files = []; this.refused = []; this.draw(); });
    // Before whatever else listens, htmx among it: words whose files were refused are not sent without a choice.
    form.addEventListener("submit", (event) => this.holdBack(event), { capture: true });
    form.addEventListener("submit", (event) => this.send(event, form));
  }

  paste(event) {
    const images = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
    if (!images.length) return;
    event.preventDefault();
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
    this.add(images.map((file, index) => {
      const ending = file.type.split("/")[1].split("+")[0];
      const name = `${this.words.pasted} ${stamp}${index ? ` ${index + 1}` : ""}.${ending}`;
      return new File([file], name, { type: file.type });
    }));
  }

  holdBack(event) {
    if (!this.refused.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.said.textContent = this.words.heldBack;
    this.root.querySelector("[data-held]")?.remove();
    const held = text("p", "cc-file-why", this.words.heldBack);
    held.dataset.held = "";
    this.list.after(held);
    this.list.querySelector(".cc-file-refused button").focus();
    event.target.querySelector("textarea")?.dispatchEvent(new Event("input", { bubbles: true })); // it is a draft still
  }

  total() {
    return this.files.reduce((sum, file) => sum + file.size, 0);
  }

  why(file) {
    const { maxBytes, maxFiles, tooBig, tooMuch, tooMany, empty, badKind, refusedKinds = "" } = this.words;
    if (!file.size) return empty;
    const named = file.name.replace(/[. ]+$/, "");
    if (named.includes(".") && refusedKinds.split(" ").includes(named.split(".").pop().toLowerCase())) return badKind;
    if (file.size > Number(maxBytes)) return tooBig.replace("{limit}", size(Number(maxBytes)));
    if (this.total() + file.size > Number(maxBytes)) return tooMuch.replace("{limit}", size(Number(maxBytes)));
    if (this.files.length >= Number(maxFiles)) return tooMany.replace("{limit}", maxFiles);
    return "";
  }

  add(files) {
    this.refused = this.refused.filter((one) => !files.some((file) => file.name === one.file.name));
    const before = this.refused.length;
    for (const file of files) {
      const known = this.files.some((other) => other.name === file.name && other.size === file.size && other.lastModified === file.lastModified);
      if (known) continue;
      const reason = this.why(file);
      if (reason) this.refused.push({ file, reason });
      else this.files.push(file);
    }
    this.draw();
    this.said.textContent = [
      ...files.filter((file) => this.files.includes(file)).map((file) => this.words.added.replace("{name}", file.name)),
      ...this.refused.slice(before).map(({ file, reason }) => `${file.name}: ${reason}`),
    ].join(". ");
  }

  draw() {
    if (!this.refused.length) this.root.querySelector("[data-held]")?.remove();
    const transfer = new DataTransfer();
    for (const file of this.files) transfer.items.add(file);
    this.input.files = transfer.files;
    this.list.replaceChildren(...this.files.map((file) => this.row(file)), ...this.refused.map(({ file, reason }) => this.row(file, reason)));
  }

  row(file, reason) {
    const row = document.createElement("li");
    row.className = reason ? "cc-file cc-file-refused" : "cc-file";
    if (!reason && PICTURES.includes(file.type) && file.size < MOST_PREVIEWED) row.append(preview(file));
    row.append(icon(reason ? "alert-triangle" : file.type.startsWith("image/") ? "photo" : "file"));
    row.append(text("span", "cc-file-name", file.name), text("span", reason ? "cc-file-why" : "cc-file-size", reason ?? size(file.size)));
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", this.words.remove.replace("{name}", file.name));
    button.append(icon("x"));
    button.addEventListener("click", () => {
      this.files = this.files.filter((other) => other !== file);
      this.refused = this.refused.filter((other) => other.file !== file);
      this.draw();
      this.input.focus();
    });
    row.append(button);
    return row;
  }

  // Large uploads go by XMLHttpRequest, the only way to see progress; the page that answers takes the place of this one.
  send(event, form) {
    const total = this.total();
    if (event.defaultPrevented || total < 1e6 || form.hasAttribute("hx-post")) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    const data = new FormData(form, event.submitter);
    const buttons = [...form.querySelectorAll("button")].filter((button) => !button.disabled);
    for (const button of buttons) button.disabled = true;
    const again = () => form.requestSubmit(event.submitter);
    // The form stays as it was, to be sent again.
    const stay = (name, detail) => {
      for (const button of buttons) button.disabled = false;
      this.progress.classList.add("d-none");
      document.dispatchEvent(new CustomEvent(name, { detail }));
    };
    this.progress.classList.remove("d-none");
    request.upload.addEventListener("progress", (step) => { this.progress.value = (100 * step.loaded) / step.total; });
    request.addEventListener("load", () => {
      const url = request.getResponseHeader("X-Sign-In");
      const demand = request.getResponseHeader("X-Sign-In-Demand");
      if (url) stay("sign-in-asked", { url, demand });
      else if (request.status < 400 || request.status === 422) show(request);
      else stay("request-failed", { status: request.status, verb: "post", again });
    });
    request.addEventListener("error", () => stay("request-failed", { status: 0, verb: "post", again }));
    request.open("POST", event.submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href);
    request.setRequestHeader("X-In-Page", "1");
    request.send(data);
  }
}

function show(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  if (request.responseURL !== location.href) {
    history.pushState(null, "", request.responseURL);
    addEventListener("popstate", () => location.reload());
  }
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  for (const module of page.head.querySelectorAll("script[type=module][src]")) {
    if ([...document.head.querySelectorAll("script[src]")].some((known) => known.src === module.src)) continue;
    const script = document.createElement("script");
    script.type = "module";
    script.src = module.src;
    document.head.append(script);
  }
  window.htmx?.process(document.body);
  document.dispatchEvent(new CustomEvent("htmx:load"));
  scrollTo({ top: 0, behavior: "instant" });
  const wrong = document.querySelector(".cc-error-summary, [aria-invalid=true], .is-invalid");
  if (wrong) wrong.focus();
  else document.getElementById("main")?.focus({ preventScroll: true });
}

const started = new WeakSet();

function start() {
  for (const root of document.querySelectorAll("[data-file-drop]")) {
    if (started.has(root)) continue;
    started.add(root);
    new FileDrop(root);
  }
}

start();
document.addEventListener("htmx:load", start);
