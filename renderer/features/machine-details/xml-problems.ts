import type { CodeProblem } from '../../ui/code-look.ts';
import { tagsOf } from './schema/xml-tags.ts';

/** The first place at which the text is not well-formed XML; null where it is. */
export function findXmlProblem(text: string): CodeProblem | null {
  const parsed = new DOMParser().parseFromString(text, 'application/xml');
  const error = parsed.querySelector('parsererror');
  if (error === null) return null;
  const words = error.textContent;
  // Browsers say it in a page of their own: "... error on line 3 at column 5: Opening and ending tag mismatch ...".
  const [, line, message] = /line (\d+) at column \d+: ([^\n]+)/.exec(words) ?? [];
  return { line: line === undefined ? null : Number(line), message: (message ?? words).trim() };
}

/** libxml2's words for a schema that is not met; the first names are the nearest to what is wrong. */
const schemaWords = [
  /Did not expect element (\S+) there/,
  /Invalid attribute \S+ for element (\S+)/,
  /Extra element (\S+) in interleave/,
  /Element (\S+) failed to validate/,
];

/**
 * The line, from 1, that libvirt complains of: the one it names, e.g. `(domain_definition):12: ...`; of a schema that is
 * not met it names no line, so `unknownAt`, the offset of the first part that we do not know either, else the first
 * element or value that it names. Null where it complains of none.
 */
export function refusedLine(words: string, text: string, unknownAt: number | null): number | null {
  const named = /\(\w+\):(\d+):/.exec(words)?.[1];
  if (named !== undefined) return Number(named);
  if (!/validate (doc )?against/.test(words)) return null;
  const at = unknownAt ?? valueAt(words, text) ?? elementAt(words, text);
  return at === null ? null : text.slice(0, at).split('\n').length;
}

/** e.g. of "Type unsignedLong doesn't allow value 'abc'". */
function valueAt(words: string, text: string): number | null {
  const value = /doesn't allow value '([^']+)'/.exec(words)?.[1];
  if (value === undefined) return null;
  const places = [`>${value}<`, `'${value}'`, `"${value}"`].map((each) => text.indexOf(each)).filter((at) => at !== -1);
  return places.length === 0 ? null : Math.min(...places);
}

function elementAt(words: string, text: string): number | null {
  for (const pattern of schemaWords) {
    const name = pattern.exec(words)?.[1];
    if (name === undefined) continue;
    for (const tag of tagsOf(text)) if (tag.name === name) return tag.at;
  }
  return null;
}
