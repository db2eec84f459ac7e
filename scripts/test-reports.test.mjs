import { expect, it } from 'vitest';
import { addOutcome, emptyOutcome, lastLine, readPlaywrightReport, readVitestReport } from './test-reports.mjs';

const vitestReport = {
  success: false,
  testResults: [
    {
      name: '/repo/a.test.ts',
      status: 'failed',
      assertionResults: [
        { status: 'passed', fullName: 'a works' },
        { status: 'failed', fullName: 'a breaks' },
        { status: 'skipped', fullName: 'a waits' },
        { status: 'todo', fullName: 'a later' },
      ],
    },
    { name: '/repo/b.test.ts', status: 'failed', message: 'SyntaxError: x\n at y', assertionResults: [] },
  ],
};

const playwrightReport = {
  suites: [
    {
      title: 'a.spec.ts',
      specs: [],
      suites: [
        {
          title: 'table',
          specs: [
            { title: 'sorts', file: 'a.spec.ts', tests: [{ status: 'expected', projectName: 'portal' }] },
            { title: 'filters', file: 'a.spec.ts', tests: [{ status: 'unexpected', projectName: 'portal' }] },
            { title: 'groups', file: 'a.spec.ts', tests: [{ status: 'skipped', projectName: 'portal' }] },
          ],
        },
      ],
    },
  ],
  errors: [{ message: 'No tests found\nmore' }],
};

it('counts tests, and files that could not be loaded', () => {
  const outcome = readVitestReport(vitestReport, '/repo');
  expect(outcome).toMatchObject({ passed: 1, failed: 2, skipped: 2 });
  expect(outcome.failures).toEqual(['a.test.ts: a breaks', 'b.test.ts: SyntaxError: x']);
  expect([...outcome.notRun]).toEqual([['a.test.ts', 2]]);
});

it('does not take a run for a success that says it is none', () => {
  const outcome = readVitestReport({ success: false, testResults: [] }, '/repo');
  expect(outcome).toMatchObject({ failed: 1, failures: ['an error outside of any test'] });
});

it('counts specs of nested suites, and errors outside of them', () => {
  const outcome = readPlaywrightReport(playwrightReport);
  expect(outcome).toMatchObject({ passed: 1, failed: 2, skipped: 1 });
  expect(outcome.failures).toEqual(['[portal] a.spec.ts › table › filters', 'No tests found']);
});

it('sums up in the last line', () => {
  const sum = emptyOutcome();
  expect(lastLine(sum)).toBe('0 passed, 0 failed');
  addOutcome(sum, readVitestReport(vitestReport, '/repo'));
  addOutcome(sum, readPlaywrightReport(playwrightReport));
  expect(lastLine(sum)).toBe('2 passed, 4 failed, 3 skipped');
});
