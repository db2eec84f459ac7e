/** So many machines are made at once at most. */
export const MAX_COUNT = 50;

/**
 * The names of several: `#` in the pattern stands for a digit of the number (`web-##` is `web-01`); without one the
 * number comes at the end, before an extension. One alone is called as it is written.
 */
export function numbered(pattern: string, count: number): string[] {
  if (count === 1) return [pattern];
  return Array.from({ length: count }, (_, at) => withNumber(pattern, at + 1));
}

/** How many machines are wanted; null where the text is no such number. */
export function countOf(text: string): number | null {
  const count = /^\d{1,2}$/.test(text.trim()) ? Number(text) : 0;
  return count >= 1 && count <= MAX_COUNT ? count : null;
}

function withNumber(pattern: string, number: number): string {
  if (pattern.includes('#')) return pattern.replace(/#+/, (digits) => String(number).padStart(digits.length, '0'));
  const dot = pattern.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [pattern.slice(0, dot), pattern.slice(dot)] : [pattern, ''];
  return `${stem}-${number}${extension}`;
}
