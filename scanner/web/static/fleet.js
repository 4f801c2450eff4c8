// An extra: every page does everything without it.
"use strict";
(() => {
  // A filter that is chosen from a list is applied at once; the button stays for those without script.
  for (const form of document.querySelectorAll("form[data-live]")) {
    form.addEventListener("change", (event) => {
      if (event.target instanceof HTMLSelectElement) form.requestSubmit();
    });
    // Empty fields make long addresses, which people share.
    form.addEventListener("submit", () => {
      for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
    });
  }
  addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("form[data-live] [disabled]")) field.disabled = false;
  });
})();
