const STORED = 'rung-sandbox-theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

const current = () => document.documentElement.dataset.theme ?? (systemIsDark.matches ? 'dark' : 'light');

/** The system's choice is followed until somebody chooses otherwise, and again when he chooses the same. */
function choose(theme) {
  const isSystems = theme === (systemIsDark.matches ? 'dark' : 'light');
  if (isSystems) {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(STORED);
  } else {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(STORED, theme);
  }
}

const stored = localStorage.getItem(STORED);
if (stored === 'dark' || stored === 'light') choose(stored);
document
  .querySelector('#theme')
  .addEventListener('click', () => choose(current() === 'dark' ? 'light' : 'dark'));
