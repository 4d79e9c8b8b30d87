// Gives the fields of the admin's tables their column's heading as a name: Django labels them for the eye only.

function name(scope) {
  for (const cell of scope.querySelectorAll(".tabular td[class*='field-'], .tabular td.delete, #result_list td[class*='field-']")) {
    const heading = cell.closest("table").tHead?.rows[0].cells[cell.cellIndex]?.textContent.trim();
    if (!heading) continue;
    for (const field of cell.querySelectorAll("input:not([type=hidden]), select, textarea, .select2-selection")) {
      if (field.matches(".select2-selection")) field.removeAttribute("aria-labelledby");
      if (!field.labels?.length) field.setAttribute("aria-label", heading);
    }
  }
  for (const box of scope.querySelectorAll(".select2-selection[role=combobox], .select2-selection--multiple .select2-search__field")) {
    const field = box.closest(".related-widget-wrapper, td, .form-row")?.querySelector("select");
    const label = field?.labels?.[0]?.textContent.trim().replace(/:$/, "") || box.getAttribute("aria-label");
    if (!label) continue;
    box.setAttribute("aria-label", label);
    box.querySelector("[role=textbox]")?.setAttribute("aria-label", label);
  }
  const search = scope.querySelector("#searchbar");
  const words = search?.form.querySelector("[type=submit]")?.value;
  if (words) search.setAttribute("aria-label", words);
}

// Rows are added, and choosers drawn, after the page has loaded: whatever arrives is named too.
name(document);
new MutationObserver(() => name(document)).observe(document.body, { childList: true, subtree: true });
