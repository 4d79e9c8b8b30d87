// A button with data-copy puts that text on the clipboard and says so for a moment.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const words = button.querySelector("[data-copy-words]");
  words.textContent = button.dataset.copied;
  setTimeout(() => { words.textContent = ""; }, 1600);
});
