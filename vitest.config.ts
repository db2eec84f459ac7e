import { defineConfig } from 'vitest/config';

// unit: fast and self-contained. integration: real daemons of e2e/lab (files *.lab.test.ts).
// renderer: React components in jsdom. packaging: what an installer ships, from what was built.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['shared/**/*.test.ts', 'electron/**/*.test.ts', 'e2e/**/*.test.ts', 'scripts/**/*.test.mjs'],
          exclude: ['**/*.lab.test.ts', '**/*.pack.test.mjs'],
          // Real sockets, scrypt and child processes on a machine that may be busy.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          environment: 'node',
          include: ['electron/**/*.lab.test.ts', 'e2e/**/*.lab.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          // Real daemons on a busy machine of two cores miss a limit of seconds now and then.
          retry: 1,
        },
      },
      {
        test: {
          name: 'packaging',
          environment: 'node',
          include: ['scripts/**/*.pack.test.mjs'],
        },
      },
      {
        test: {
          name: 'renderer',
          environment: 'jsdom',
          include: ['renderer/**/*.test.{ts,tsx}'],
          setupFiles: ['renderer/test-setup.ts'],
        },
      },
    ],
  },
});
