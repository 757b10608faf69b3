// Customers whose group has prices of its own see theirs beside the public one, which is cached for everybody.
const has = () => /(?:^|;\s*)stoa_own_prices=1/.test(document.cookie);
const ask = () => has() && document.querySelector("#own-price") && document.body.dispatchEvent(new Event("own-price"));

addEventListener("load", ask);
// Another variant was chosen: the part of the page that holds the price is a new one.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "product" || event.detail.target?.id === "product") ask();
});
