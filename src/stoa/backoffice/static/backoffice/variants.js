// The grid of variants with a keyboard and a pointer: fill a column at once, go up and down by the arrow keys, tick a range.
// Without this module "Fill in" asks the server for the same.
const form = document.getElementById("variants-form");
const rows = () => [...form.querySelectorAll("tbody > tr")];
const cell = (row, name) => row.querySelector(`[data-field="${name}"]`);
const picked = (row) => row.querySelector('input[name="pick"]');
const YES = ["1", "on", "yes", "true"];

function fill() {
    const name = form.elements["fill-field"].value;
    const value = form.elements["fill-value"].value;
    // Patterns know the product's address and the names of its options: the server fills them.
    if (name === "sku" && value.includes("{")) return false;
    const isForAll = form.elements["fill-rows"].value === "page";
    for (const row of rows()) {
        const field = cell(row, name);
        if (!field || !(isForAll || picked(row)?.checked)) continue;
        if (field.type === "checkbox") field.checked = YES.includes(value.trim().toLowerCase());
        else field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    return true;
}

function step(event) {
    const field = event.target.closest("[data-field]");
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!field || !by || field.tagName === "SELECT") return;
    const all = rows();
    const next = all[all.indexOf(field.closest("tr")) + by];
    const target = next && cell(next, field.dataset.field);
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.select?.();
}

let last = null;

function tick(event) {
    const box = event.target.closest('input[name="pick"]');
    if (!box) return;
    if (event.shiftKey && last) {
        const all = rows().map(picked);
        const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
        for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
}

if (form) {
    form.addEventListener("keydown", step);
    form.addEventListener("click", (event) => {
        tick(event);
        if (event.target.closest("[data-fill]") && fill()) event.preventDefault();
    });
}
