/** The eight colours of a terminal, then the eight bright ones, as CSS variables. */
function ansi(colors: readonly string[]): Record<string, string> {
  return Object.fromEntries(colors.map((color, at) => [`--vd-ansi-${at}`, color]));
}

/** Colours of XML, JSON and console logs (features/machine-details); each is readable on the page's background. */
export const documentColors = {
  light: {
    '--vd-code-tag': '#1f6686',
    '--vd-code-name': '#8a4b08',
    '--vd-code-value': '#1a7340',
    '--vd-code-number': '#7a3e9d',
    '--vd-code-comment': '#5d6a77',
    ...ansi([
      ...['#17212b', '#b3261e', '#1a7340', '#8a5a00', '#1d5fa8', '#8a2f9b', '#0f6a73', '#56626e'],
      ...['#56626e', '#c43340', '#1d8548', '#9a6500', '#2570b8', '#9c3fae', '#137c86', '#17212b'],
    ]),
  },
  dark: {
    '--vd-code-tag': '#78c4e4',
    '--vd-code-name': '#f0b46a',
    '--vd-code-value': '#7bd6a0',
    '--vd-code-number': '#cfa6ea',
    '--vd-code-comment': '#8f9dab',
    ...ansi([
      ...['#8f9dab', '#ff7d85', '#5fd38d', '#f0b46a', '#79b8ff', '#d79bea', '#69d2dc', '#cfd8df'],
      ...['#9aa8b5', '#ff9aa0', '#84e2a8', '#f7cb92', '#a3cfff', '#e4b9f2', '#96e3ea', '#ffffff'],
    ]),
  },
};
