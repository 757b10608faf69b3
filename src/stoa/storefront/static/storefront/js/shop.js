// The cart's count: the one personal thing on a page that is cached for everybody.
const count = document.querySelector("#cart-count");

function show(number) {
  if (!count) return;
  count.textContent = number > 0 ? String(number) : "";
  count.hidden = !(number > 0);
}

async function refresh() {
  if (!/(?:^|;\s*)stoa_has_cart=1/.test(document.cookie)) return show(0);
  const reply = await fetch("/cart/badge/", { credentials: "same-origin" });
  if (reply.ok) show(Number.parseInt((await reply.text()).replace(/\D+/g, ""), 10) || 0);
}

refresh();
addEventListener("pageshow", (event) => event.persisted && refresh());
document.addEventListener("cart-changed", (event) => show(event.detail.count));

// The note that something was added: closed by its button or Escape, and focus goes back to where it was.
const added = document.querySelector("#added");
let before = null;

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== added) return;
  before = document.activeElement;
});

function close() {
  if (!added.firstElementChild) return;
  added.replaceChildren();
  before?.focus({ preventScroll: true });
}

added?.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) close();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});

// A summary of errors is where reading begins after a refused form.
document.querySelector("[data-error-summary]")?.focus();
