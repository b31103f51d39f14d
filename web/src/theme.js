// theme.js: applies the remembered light or dark choice before the page is painted.
try {
  const theme = localStorage.getItem("deflect-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is off: the system's preference stands.
}
