// What was unfolded among the filters stays so when their counts come anew; the drawer closes when one is done.
const filters = document.querySelector("#filters");
let unfolded = [];

// Beside the goods the form always stands there: then it is open in name too, so that its panel is scrolled by its fields.
const beside = matchMedia("(min-width: 60rem)");
const place = () => filters?.toggleAttribute("open", beside.matches);
if (beside.matches) place();
beside.addEventListener("change", place);

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target?.id !== "facets") return;
  unfolded = [...event.detail.target.querySelectorAll("details[open]")].map((each) => each.id);
});
document.addEventListener("htmx:oobAfterSwap", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
});
filters?.querySelector(".filter-done button")?.closest("form").addEventListener("submit", () => {
  if (!beside.matches) filters.removeAttribute("open");
  document.querySelector("#results")?.scrollIntoView({ block: "start" });
});
