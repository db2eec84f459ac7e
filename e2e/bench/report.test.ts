import { describe, expect, it } from 'vitest';
import { median, plain, type FigureResult } from './figure.ts';
import { markdownReport, replaceGenerated, textReport } from './report.ts';

const results: FigureResult[] = [
  {
    id: 'a',
    title: 'Connecting',
    reason: null,
    measurements: [
      { what: 'table', ours: '1 s', beside: 'other: 9 s', ratio: '9 times', target: 'at most 2 s', reached: true },
      { what: 'calls', ours: '50', beside: '', ratio: '', target: 'at most 40', reached: false },
      plain('a | b', '3\n4'),
    ],
  },
  { id: 'e', title: 'Console', reason: 'no QEMU', measurements: [] },
];

describe('the report', () => {
  it('tells what was reached, what was missed and what could not be measured', () => {
    const text = textReport(results);
    expect(text).toContain('table: 1 s (other: 9 s; 9 times)  [at most 2 s: yes]');
    expect(text).toContain('calls: 50  [at most 40: **no**]');
    expect(text).toContain('(e) Console\n  not measured: no QEMU');
  });

  it('is a table whose cells cannot break it', () => {
    const lines = markdownReport(results, { Date: '2026-01-01' }).split('\n');
    expect(lines[0]).toBe('- Date: 2026-01-01');
    expect(lines).toContain('| a | calls | 50 |  |  | at most 40 | **no** |');
    expect(lines).toContain('| a | a \\| b | 3 4 |  |  |  |  |');
    expect(lines.at(-1)).toBe('| e | Console | not measured: no QEMU | | | | no |');
  });

  it('replaces the generated part only, however often', () => {
    const document = 'before\n<!-- bench:start -->\nold\n<!-- bench:end -->\nafter\n';
    const once = replaceGenerated(document, 'new');
    expect(once).toBe('before\n<!-- bench:start -->\n\nnew\n\n<!-- bench:end -->\nafter\n');
    expect(replaceGenerated(once, 'new')).toBe(once);
    expect(() => replaceGenerated('no markers', 'new')).toThrow(/bench:start/);
  });

  it('takes the middle of what was measured', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(3);
    expect(() => median([])).toThrow(/nothing/);
  });
});
