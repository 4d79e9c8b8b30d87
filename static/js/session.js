// Keeps an open page where it is when the portal asks to sign in: an answer to a request of the page then names the place
// in `X-Sign-In` (contacts/fragments.py), and a bar in the page leads there in another tab. Whoever comes back signed in
// goes on here: the bar goes, and the forms get the token that is good now.
// Scripts that ask without htmx send the event `sign-in-asked` with { url, demand }.

let asking = false;

function bar() {
  return document.querySelector(".cc-sign-in-bar");
}

// In the open dialog, beside which nothing can be used, else at the foot of the window.
function say({ url, demand }) {
  const template = document.getElementById("sign-in-bar");
  if (!template) return;
  const host = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  const shown = bar();
  if (shown?.parentElement === host && shown.dataset.demand === demand) return;
  shown?.remove();
  const fresh = template.content.firstElementChild.cloneNode(true);
  fresh.dataset.demand = demand;
  for (const part of fresh.querySelectorAll("[data-when]")) if (part.dataset.when !== demand) part.remove();
  const link = fresh.querySelector("a");
  if (url) link.setAttribute("href", url);
  host.append(fresh);
}

function demanded(headers) {
  const url = headers("X-Sign-In");
  return url ? { url, demand: headers("X-Sign-In-Demand") } : null;
}

function goOn({ reader, token }) {
  const template = document.getElementById("sign-in-bar");
  if (template.dataset.reader !== String(reader)) {
    say({ url: location.href, demand: "somebody_else" });
    return;
  }
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  const headers = document.body.getAttribute("hx-headers");
  if (headers) document.body.setAttribute("hx-headers", JSON.stringify({ ...JSON.parse(headers), "X-CSRFToken": token }));
  bar()?.remove();
}

async function ask() {
  if (asking || !bar()) return;
  asking = true;
  try {
    const answer = await fetch(document.getElementById("sign-in-bar").dataset.token, { headers: { "X-Background": "1" } });
    const demand = demanded((name) => answer.headers.get(name));
    if (demand) say(demand);
    else if (answer.status === 200) goOn(await answer.json());
  } catch {
    // No network: the bar stays, and is looked at again.
  } finally {
    asking = false;
  }
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  const demand = demanded((name) => xhr.getResponseHeader(name));
  if (demand) {
    event.preventDefault(); // nothing is swapped, and nothing is moved
    say(demand);
  } else if (xhr.status < 400) ask();
});

document.addEventListener("sign-in-asked", (event) => say(event.detail));

// Going back is a person's move to another page, whose address already stands: the portal moves that page.
document.addEventListener("htmx:historyCacheMissLoadError", () => location.reload());

addEventListener("focus", ask);
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
