// The steps of `npm test`, in order. Each has a limit of its own, so that nothing can hang for ever.

const minutes = (count) => count * 60_000;

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} command program and arguments
 * @property {number} limitMs
 * @property {{ kind: 'vitest' | 'playwright', file: string }} [report]
 * @property {string} [needs] a step that must have succeeded
 */

const vitest = (name, projects, limitMs, extra = {}) => ({
  name,
  command: [
    ...['npx', 'vitest', 'run', ...projects.flatMap((project) => ['--project', project])],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=test-results/${name}.json`],
  ],
  limitMs,
  report: { kind: 'vitest', file: `test-results/${name}.json` },
  ...extra,
});

/** @type {Step[]} */
export const steps = [
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'], limitMs: minutes(20) },
  { name: 'typecheck', command: ['npm', 'run', '--silent', 'typecheck'], limitMs: minutes(5) },
  vitest('unit', ['unit'], minutes(10)),
  vitest('renderer', ['renderer'], minutes(10)),
  { name: 'build', command: ['node', 'scripts/build.mjs'], limitMs: minutes(5) },
  vitest('packaging', ['packaging'], minutes(5), { needs: 'build' }),
  { name: 'lab', command: ['npx', 'tsx', 'e2e/lab/cli.ts', 'up'], limitMs: minutes(30) },
  vitest('integration', ['integration'], minutes(30)),
  {
    name: 'e2e',
    command: ['npx', 'playwright', 'test', '-c', 'e2e/playwright.config.ts'],
    limitMs: minutes(40),
    report: { kind: 'playwright', file: 'test-results/e2e.json' },
    needs: 'build',
  },
];

/** Debian packages that tests need beside what the lab installs for itself, with the program or file that tells. */
export const systemPackages = {
  chromium: '/usr/bin/chromium',
  'openssh-client': '/usr/bin/ssh-keygen',
  'openssh-server': '/usr/sbin/sshd',
  'netcat-openbsd': '/bin/nc.openbsd',
  genisoimage: '/usr/bin/isoinfo',
  'fonts-dejavu-core': '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
  'fonts-wqy-microhei': '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc',
};
