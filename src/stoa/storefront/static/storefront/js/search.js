// Suggestions under the search field: a combobox with a list (WAI-ARIA 1.2). Without this file the field is a plain form.
const field = document.querySelector("#site-search");
const list = document.querySelector("#suggest");

const options = () => [...list.querySelectorAll('[role="option"]')];
let current = -1;

function mark(index) {
  const all = options();
  current = all.length ? (index + all.length) % all.length : -1;
  all.forEach((option, place) => option.setAttribute("aria-selected", String(place === current)));
  if (current >= 0) {
    field.setAttribute("aria-activedescendant", all[current].id);
    all[current].scrollIntoView({ block: "nearest" });
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}

function show(visible) {
  list.hidden = !(visible && list.firstElementChild && field.value.trim().length > 1);
  field.setAttribute("aria-expanded", String(!list.hidden));
  if (list.hidden) {
    current = -1;
    field.removeAttribute("aria-activedescendant");
  }
}

// A click or key on a result is counted; nothing waits for it.
function note(link, text) {
  const { product, position } = link.dataset;
  if (!product || !text) return;
  navigator.sendBeacon("/search/click/", new URLSearchParams({ q: text, product, position }));
}

if (field && list) {
  // The header is the same for everybody; what was searched for stands in the address.
  if (location.pathname === "/search/" && !field.value) field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  field.setAttribute("aria-expanded", "false");

  list.addEventListener("htmx:afterSwap", () => {
    current = -1;
    show(document.activeElement === field);
  });
  field.addEventListener("input", () => field.value.trim().length < 2 && show(false));
  field.addEventListener("focus", () => show(true));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      show(false);
      event.preventDefault();
      return;
    }
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const down = event.key === "ArrowDown";
      mark(current < 0 && !down ? -1 : current + (down ? 1 : -1));
      event.preventDefault();
    } else if (event.key === "Enter" && current >= 0) {
      event.preventDefault();
      options()[current].click();
    } else if (event.key === "Tab") {
      show(false);
    }
  });
  document.addEventListener("click", (event) => event.target.closest(".site-search") || show(false));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const results = link?.closest("[data-search]");
  if (!results) return;
  const card = link.closest("[data-product]");
  if (card) note(card, results.dataset.search);
});
