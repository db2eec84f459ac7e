// Reads what vitest and Playwright report as JSON into one shape.

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures names of what failed
 * @property {Map<string, number>} notRun file -> number of its tests that were skipped
 */

/** @returns {Outcome} */
export function emptyOutcome() {
  return { passed: 0, failed: 0, skipped: 0, failures: [], notRun: new Map() };
}

const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

/**
 * @param {object} report of vitest's json reporter
 * @param {string} root cut off from file names
 * @returns {Outcome}
 */
export function readVitestReport(report, root) {
  const outcome = emptyOutcome();
  for (const file of report.testResults) {
    const name = file.name.startsWith(root) ? file.name.slice(root.length + 1) : file.name;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') outcome.passed++;
      else if (test.status === 'failed') {
        outcome.failed++;
        outcome.failures.push(`${name}: ${test.fullName}`);
      } else {
        outcome.skipped++;
        count(outcome.notRun, name);
      }
    }
    // A file that cannot be loaded, or whose hooks fail, has no failed test of its own.
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) {
      outcome.failed++;
      outcome.failures.push(`${name}: ${(file.message ?? 'could not be run').split('\n')[0]}`);
    }
  }
  if (!report.success && outcome.failed === 0) {
    outcome.failed++;
    outcome.failures.push('an error outside of any test');
  }
  return outcome;
}

/**
 * @param {object} report of Playwright's json reporter
 * @returns {Outcome}
 */
export function readPlaywrightReport(report) {
  const outcome = emptyOutcome();
  const visit = (suite, titles) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const name = [...titles, spec.title].join(' › ');
        if (test.status === 'expected' || test.status === 'flaky') outcome.passed++;
        else if (test.status === 'skipped') {
          outcome.skipped++;
          count(outcome.notRun, `${spec.file} (${test.projectName})`);
        } else {
          outcome.failed++;
          outcome.failures.push(`[${test.projectName}] ${name}`);
        }
      }
    }
    for (const child of suite.suites ?? []) visit(child, [...titles, child.title]);
  };
  for (const suite of report.suites) visit(suite, [suite.title]);
  for (const error of report.errors ?? []) {
    outcome.failed++;
    outcome.failures.push((error.message ?? String(error)).split('\n')[0]);
  }
  return outcome;
}

/** Adds one outcome to another. */
export function addOutcome(sum, outcome) {
  sum.passed += outcome.passed;
  sum.failed += outcome.failed;
  sum.skipped += outcome.skipped;
  sum.failures.push(...outcome.failures);
  for (const [name, tests] of outcome.notRun) sum.notRun.set(name, (sum.notRun.get(name) ?? 0) + tests);
}

/** The very last line of `npm test`. */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
