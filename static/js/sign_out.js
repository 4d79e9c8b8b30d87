// Signing out by form[data-sign-out] forgets the drafts of this tab: the next person at this machine is another one.

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-sign-out]")) return;
  for (const name of Object.keys(sessionStorage)) if (name.startsWith("draft:")) sessionStorage.removeItem(name);
});
