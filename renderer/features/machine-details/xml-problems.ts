import type { CodeProblem } from '../../ui/code-look.ts';

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

/** The line that libvirt names in its words, e.g. "(domain_definition):12: ..."; null where it names none. */
export function libvirtLine(message: string): number | null {
  const line = /\(domain_definition\):(\d+):/.exec(message)?.[1];
  return line === undefined ? null : Number(line);
}
