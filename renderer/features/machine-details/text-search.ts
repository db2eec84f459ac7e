/** A place where the searched text was found. */
export interface Match {
  line: number;
  start: number;
  end: number;
}

/** More matches than this help nobody; the rest is not counted. */
export const MAX_MATCHES = 2_000;

/** All places of `wanted` in the lines, upper and lower case alike; at most MAX_MATCHES. */
export function findMatches(lines: readonly string[], wanted: string): Match[] {
  const needle = wanted.toLowerCase();
  const matches: Match[] = [];
  if (needle === '') return matches;
  for (const [line, text] of lines.entries()) {
    // Lower case can change a text's length (İ); then its places would be wrong, so it is searched as it is.
    const lower = text.toLowerCase();
    const hay = lower.length === text.length ? lower : text;
    for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length)) {
      matches.push({ line, start: at, end: at + needle.length });
      if (matches.length >= MAX_MATCHES) return matches;
    }
  }
  return matches;
}

/** A stretch of a line in one look. */
export interface MarkedPiece<T> {
  text: string;
  style: T;
  /** Index of the match it is part of; null where it is not. */
  match: number | null;
}

/** Cuts the styled pieces of a line where matches begin and end. `matches` are those of this line, in order. */
export function markMatches<T>(
  pieces: readonly { text: string; style: T }[],
  matches: readonly { index: number; start: number; end: number }[],
): MarkedPiece<T>[] {
  if (matches.length === 0) return pieces.map((piece) => ({ ...piece, match: null }));
  const marked: MarkedPiece<T>[] = [];
  let offset = 0;
  for (const { text, style } of pieces) {
    let at = 0;
    while (at < text.length) {
      const position = offset + at;
      const match = matches.find(({ end }) => end > position);
      const stop =
        match === undefined
          ? text.length
          : Math.min(text.length, (match.start > position ? match.start : match.end) - offset);
      const isInside = match !== undefined && match.start <= position;
      marked.push({ text: text.slice(at, stop), style, match: isInside ? match.index : null });
      at = stop;
    }
    offset += text.length;
  }
  return marked;
}
