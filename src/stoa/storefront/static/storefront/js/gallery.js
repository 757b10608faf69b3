// Thumbnails are plain links into a scrolling strip. Here they move the strip alone, and follow it.
const still = matchMedia("(prefers-reduced-motion: reduce)");

document.addEventListener("click", (event) => {
  const thumb = event.target.closest(".gallery-thumbs a");
  if (!thumb) return;
  const slide = document.querySelector(thumb.hash);
  if (!slide) return;
  event.preventDefault();
  slide.parentElement.scrollTo({ left: slide.offsetLeft - slide.parentElement.offsetLeft, behavior: still.matches ? "auto" : "smooth" });
});

function follow() {
  const strip = document.querySelector(".gallery-strip");
  const thumbs = [...document.querySelectorAll(".gallery-thumbs a")];
  if (!strip || thumbs.length === 0) return;
  strip.addEventListener("scroll", () => {
    const shown = Math.round(strip.scrollLeft / strip.clientWidth);
    thumbs.forEach((thumb, index) => {
      if (index === shown) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    });
  }, { passive: true });
}

follow();
document.addEventListener("htmx:afterSettle", (event) => event.detail.target.id === "product" && follow());
