// Pictures are links to their largest form. Here they open in a dialog: swipe or arrows to the next, a press to enlarge.
let dialog = null;

function group(link) {
  const inside = link.closest(".gallery-strip, .pictures-list");
  return inside ? [...inside.querySelectorAll("a[data-zoom]")] : [link];
}

function button(name, label, path) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `viewer-${name}`;
  made.setAttribute("aria-label", label);
  made.innerHTML = `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
  return made;
}

function build() {
  const words = document.querySelector("[data-viewer-words]")?.dataset ?? {};
  const made = document.createElement("dialog");
  made.className = "viewer";
  made.setAttribute("aria-label", words.viewerWords ?? "");
  const strip = document.createElement("ul");
  strip.className = "viewer-strip";
  strip.setAttribute("role", "list");
  const close = button("close", words.shut ?? "", "m6 6 12 12M18 6 6 18");
  const back = button("back", words.back ?? "", "M15 5 8 12l7 7");
  const next = button("next", words.next ?? "", "m9 5 7 7-7 7");
  close.addEventListener("click", () => made.close());
  back.addEventListener("click", () => step(strip, -1));
  next.addEventListener("click", () => step(strip, 1));
  strip.addEventListener("click", (event) => {
    const slide = event.target.closest("li");
    if (slide && event.target.tagName === "IMG") slide.classList.toggle("is-large");
    else made.close();
  });
  made.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(strip, -1);
    if (event.key === "ArrowRight") step(strip, 1);
  });
  made.append(close, back, next, strip);
  document.body.append(made);
  return made;
}

function step(strip, by) {
  strip.scrollBy({ left: by * strip.clientWidth, behavior: "auto" });
}

function open(link) {
  dialog ??= build();
  const links = group(link);
  const strip = dialog.querySelector(".viewer-strip");
  strip.replaceChildren(...links.map((each) => {
    const slide = document.createElement("li");
    const image = document.createElement("img");
    image.src = each.href;
    image.alt = each.dataset.zoom;
    image.loading = each === link ? "eager" : "lazy";
    image.decoding = "async";
    slide.append(image);
    return slide;
  }));
  dialog.classList.toggle("is-single", links.length < 2);
  dialog.showModal();
  strip.scrollTo({ left: links.indexOf(link) * strip.clientWidth, behavior: "auto" });
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest("a[data-zoom]");
  if (!link || typeof HTMLDialogElement === "undefined") return;
  event.preventDefault();
  open(link);
});
