// A film of another site is a link to it. A press loads it here instead; before, nothing of that site is asked for.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".film-play");
  const frame = link?.closest("[data-film]");
  if (!frame || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const film = document.createElement("iframe");
  film.src = frame.dataset.film;
  film.title = frame.dataset.filmTitle;
  film.allow = "autoplay; fullscreen; encrypted-media; picture-in-picture";
  film.allowFullscreen = true;
  film.referrerPolicy = "strict-origin-when-cross-origin";
  frame.replaceChildren(film);
  film.focus();
});
