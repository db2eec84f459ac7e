/** What the palette can find. */
export interface Findable {
  label: string;
  /** Further words that find it. */
  keywords: string;
}

/** A line of the palette. `group` names the text of its heading (palette:groups.<group>). */
export interface PaletteEntry extends Findable {
  id: string;
  group: 'recent' | 'machines' | 'connections' | 'pages' | 'commands';
  /** A path of @mdi/js. */
  icon: string;
  /** Said beside the label, e.g. the connection's name. */
  hint: string;
  run: () => void;
}

/** The words of a query, in lower case. */
export function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * How well all words fit, higher is better; 0 where one does not fit at all. A word that begins the label is worth more
 * than a whole word of it, that more than the beginning of one, that more than a part, and that more than a keyword.
 */
export function fitOf({ label, keywords }: Findable, words: readonly string[]): number {
  const text = label.toLowerCase();
  const more = keywords.toLowerCase();
  let fit = 1;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at === 0) fit += text.length === word.length ? 60 : 40;
    else if (at > 0) fit += insideFit(text, at, word);
    else if (more.includes(word)) fit += 4;
    else return 0;
  }
  // Of equal beginnings the shorter label is nearer to what was typed; else the order of the items says what comes first.
  return text.startsWith(words[0] ?? '') ? fit + 1 / (1 + text.length) : fit;
}

function insideFit(text: string, at: number, word: string): number {
  if (!/[\s\-_./:@]/.test(text[at - 1] ?? '')) return 10;
  return /^(\s|$)/.test(text.slice(at + word.length)) ? 25 : 20;
}

/** Those that fit, the best first. */
export function bestFits<T extends Findable>(items: readonly T[], words: readonly string[], max: number): T[] {
  return items
    .map((item) => ({ item, fit: fitOf(item, words) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit)
    .slice(0, max)
    .map(({ item }) => item);
}
