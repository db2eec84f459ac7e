import type { FigureResult, Measurement } from './figure.ts';

/** The generated part of docs/performance.md stands between these. */
const START = '<!-- bench:start -->';
const END = '<!-- bench:end -->';

/** Where and with what a run was made, one fact each. */
export type Surroundings = Record<string, string>;

/** The lines of a run for the terminal. */
export function textReport(results: readonly FigureResult[]): string {
  return results
    .map(({ id, title, measurements, reason }) => {
      const lines = measurements.map(({ what, ours, beside, ratio, target, reached }) => {
        const compared = [beside, ratio].filter((part) => part !== '').join('; ');
        const goal = target === '' ? '' : `  [${target}: ${verdict(reached)}]`;
        return `  ${what}: ${ours}${compared === '' ? '' : ` (${compared})`}${goal}`;
      });
      return [`(${id}) ${title}`, ...(reason === null ? lines : [`  not measured: ${reason}`])].join('\n');
    })
    .join('\n');
}

/** The same for a reader of the documentation, with where it was run. */
export function markdownReport(results: readonly FigureResult[], surroundings: Surroundings): string {
  const facts = Object.entries(surroundings).map(([name, value]) => `- ${name}: ${value}`);
  const head = ['| | Measured | Virtdeck | Beside | Ratio | Target | Reached |', '|---|---|---|---|---|---|---|'];
  const rows = results.flatMap(({ id, title, measurements, reason }) =>
    reason === null
      ? measurements.map((measurement) => markdownRow(id, measurement))
      : [`| ${id} | ${cell(title)} | not measured: ${cell(reason)} | | | | no |`],
  );
  return [...facts, '', ...head, ...rows].join('\n');
}

/** `document` with the generated part replaced. Throws where the markers are missing. */
export function replaceGenerated(document: string, generated: string): string {
  const start = document.indexOf(START);
  const end = document.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the document has no ${START} ... ${END}`);
  return `${document.slice(0, start + START.length)}\n\n${generated}\n\n${document.slice(end)}`;
}

function markdownRow(id: string, { what, ours, beside, ratio, target, reached }: Measurement): string {
  const cells = [id, what, ours, beside, ratio, target, target === '' ? '' : verdict(reached)];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function verdict(reached: boolean | null): string {
  return reached === true ? 'yes' : '**no**';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
