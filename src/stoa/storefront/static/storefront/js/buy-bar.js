// On a phone the button to buy stays in reach once the form has left the screen.
let watcher = null;

function watch() {
  watcher?.disconnect();
  const bar = document.querySelector("[data-buy-bar]");
  const form = document.querySelector("#buy");
  if (!bar || !form) return;
  watcher = new IntersectionObserver(([entry]) => {
    const isPast = !entry.isIntersecting && entry.boundingClientRect.top < 0;
    bar.hidden = !isPast;
    document.documentElement.classList.toggle("has-buy-bar", isPast);
  });
  watcher.observe(form);
}

watch();
document.addEventListener("htmx:afterSettle", (event) => event.detail.target.id === "product" && watch());
