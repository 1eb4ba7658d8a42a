// Light or dark: as the system has it, until somebody chooses.

const THEME_KEY = "layerscope-theme";

/** What was chosen before; a page opened from a file may have no storage. */
function storedTheme() {
  try {
    return localStorage.getItem(THEME_KEY);
  } catch {
    return null;
  }
}

function storeTheme(theme) {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
}

function startTheme(button) {
  const isDark = () =>
    (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "")) ===
    "dark";
  const show = () => {
    button.textContent = isDark() ? "Light theme" : "Dark theme";
  };
  const before = storedTheme();
  if (before === "light" || before === "dark") document.documentElement.dataset.theme = before;
  button.hidden = false;
  show();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    storeTheme(document.documentElement.dataset.theme);
    show();
  });
}
