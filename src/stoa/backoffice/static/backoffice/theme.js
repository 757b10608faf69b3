// Shows colours in the sample page while they are being chosen. Saving, and the test of contrast, are the server's.
const form = document.querySelector("[data-stoa-theme]");
const frame = document.querySelector("iframe[name=sample]");
let timer = 0;

function show() {
  const sheet = frame?.contentDocument?.querySelector("link[data-sample]");
  if (!sheet) return;
  const values = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken"));
  const scheme = new URL(frame.contentWindow.location.href).searchParams.get("scheme") ?? "";
  const query = new URLSearchParams({ look: JSON.stringify(values), scheme });
  sheet.href = `${form.dataset.cssUrl}?${query}`;
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, 120);
});
frame?.addEventListener("load", show);
