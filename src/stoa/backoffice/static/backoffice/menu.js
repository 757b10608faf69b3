// Dragging entries of a menu by their grips. The buttons do the same without it.
const list = document.querySelector("[data-stoa-menu]");
const STEP = 32; // pixels to the side that make a level
const LEVELS = 3;

let row = null;
let block = [];
let startX = 0;
let startLevel = 1;

const level = (each) => Number(each.dataset.level);
const rows = () => [...list.querySelectorAll("[data-entry]")];

function setLevel(each, value) {
  each.classList.remove(`stoa-menu__row--${each.dataset.level}`);
  each.dataset.level = String(value);
  each.classList.add(`stoa-menu__row--${value}`);
}

// The row with all that stands inside it: they move together.
function withInside(first) {
  const found = [first];
  for (let next = first.nextElementSibling; next && level(next) > level(first); next = next.nextElementSibling) found.push(next);
  return found;
}

function begin(event) {
  const grip = event.target.closest(".stoa-menu__grip");
  if (!grip || event.button > 0) return;
  event.preventDefault();
  row = grip.closest("[data-entry]");
  block = withInside(row);
  startX = event.clientX;
  startLevel = level(row);
  for (const each of block) each.classList.add("stoa-menu__row--moving");
  grip.setPointerCapture(event.pointerId);
}

function drag(event) {
  if (!row) return;
  const others = rows().filter((each) => !block.includes(each));
  const after = others.find((each) => {
    const box = each.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  for (const each of block) list.insertBefore(each, after ?? null);
  const above = row.previousElementSibling;
  const height = Math.max(...block.map(level)) - level(row) + 1;
  const wanted = startLevel + Math.round((event.clientX - startX) / STEP);
  const most = Math.min(above ? level(above) + 1 : 1, LEVELS - height + 1);
  const least = after ? Math.max(1, level(after) - 1) : 1;
  const next = Math.max(Math.min(wanted, most), Math.min(least, most));
  const shift = next - level(row);
  if (shift) for (const each of block) setLevel(each, level(each) + shift);
}

function end() {
  if (!row) return;
  for (const each of block) each.classList.remove("stoa-menu__row--moving");
  row = null;
  const order = rows().map((each) => `${each.dataset.entry}:${each.dataset.level}`).join(",");
  if (order === before) return;
  const form = document.createElement("form");
  form.method = "post";
  form.action = list.dataset.orderUrl;
  const fields = { order, version: list.dataset.version, csrfmiddlewaretoken: list.querySelector("[name=csrfmiddlewaretoken]").value };
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

let before = "";
if (list) {
  before = rows().map((each) => `${each.dataset.entry}:${each.dataset.level}`).join(",");
  for (const grip of list.querySelectorAll(".stoa-menu__grip")) grip.hidden = false;
  list.addEventListener("pointerdown", begin);
  list.addEventListener("pointermove", drag);
  list.addEventListener("pointerup", end);
  list.addEventListener("pointercancel", end);
}
