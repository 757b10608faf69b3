// Goods offered together: the total follows what is chosen. The cart reckons anew in any case.
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-together]");
  const shown = form?.querySelector("[data-together-total]");
  if (!shown) return;
  const chosen = [...form.querySelectorAll("[name=variant]")].map((field) => field.selectedOptions?.[0] ?? field);
  const minor = chosen.reduce((sum, each) => sum + Number(each.dataset.minor), 0);
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "currency", currency: form.dataset.currency });
  shown.textContent = format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
  form.querySelector("[data-together-from]")?.remove();
});
