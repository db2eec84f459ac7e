// The import directions of AGENTS.md. Type-only imports count like all others: a layer may not know the one above it.

const tests = '\\.test\\.(ts|tsx)$';
/** What tests stand on: imported by tests and by one another only. */
const testSupport = '/fixtures/|stand-in|/testing/';
const connectors = '^electron/core/(ssh|libvirt|openstack|console)/';

/** Programs of their own, and files that a tool finds by name. */
const entries = [
  '^electron/main/main\\.ts$',
  '^electron/preload/preload\\.ts$',
  '^electron/portal/cli\\.ts$',
  '^renderer/(main|app/main)\\.tsx?$',
  '^renderer/test-setup\\.ts$',
  '\\.config\\.ts$',
  '\\.d\\.ts$',
  '\\.dom\\.ts$',
  '^e2e/(lab/cli|bench/run)\\.ts$',
  '^e2e/specs/',
  tests,
];

/** `from` may import nothing of this repository but `to`. */
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: tests },
  to: { path: '^(electron|shared|renderer|e2e|scripts)/', pathNot: to },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphan', severity: 'error', from: { orphan: true, pathNot: entries }, to: {} },
    { name: 'no-missing-module', severity: 'error', from: {}, to: { couldNotResolve: true } },

    only('model-knows-nothing', '^shared/model/', '^shared/model/'),
    only('contract-knows-model', '^shared/contract/', '^shared/'),
    only('kernel-knows-shared', '^electron/core/kernel/', '^(shared|electron/core/kernel)/'),
    only('rpc-knows-kernel', '^electron/core/rpc/', '^(shared|electron/core/(kernel|rpc))/'),
    only('tasks-know-kernel', '^electron/core/tasks/', '^(shared|electron/core/(kernel|tasks))/'),
    only('connectors-know-kernel', connectors, `^(shared|electron/core/kernel)/|${connectors}`),
    only('features-know-no-app', '^electron/core/features/', '^(shared|electron/core/(?!app/)[^/]+)/'),
    only('app-knows-core', '^electron/core/app/', '^(shared|electron/core)/'),
    only('demo-knows-core', '^electron/core/demo/', '^(shared|electron/core)/'),
    only('main-knows-core', '^electron/main/', '^(shared|electron/(core|main))/'),
    only('portal-knows-core', '^electron/portal/', '^(shared|electron/(core|portal))/'),
    only('preload-knows-shared', '^electron/preload/', '^(shared|electron/preload)/'),
    only('renderer-knows-shared', '^renderer/', '^(shared/|renderer/|electron/core/app/router\\.ts$)'),
    {
      name: 'renderer-knows-the-router-as-a-type',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^electron/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'features-know-public-parts',
      comment: 'Of another feature only api.ts, ports.ts and router.ts are public. A driver puts backends together.',
      severity: 'error',
      from: {
        path: '^electron/core/features/([^/]+)/',
        pathNot: [tests, '^electron/core/features/connections/[a-z]+-driver\\.ts$'],
      },
      to: {
        path: '^electron/core/features/[^/]+/',
        pathNot: ['^electron/core/features/$1/', '^electron/core/features/[^/]+/(api|ports|router)\\.ts$'],
      },
    },
    {
      name: 'only-backends-know-connectors',
      severity: 'error',
      from: {
        path: '^electron/core/',
        pathNot: [
          tests,
          connectors,
          '^electron/core/(app|demo)/',
          '^electron/core/features/[^/]+/backends/',
          '^electron/core/features/connections/',
        ],
      },
      to: { path: connectors },
    },
    {
      name: 'shells-know-the-front-of-the-core',
      comment: 'A shell starts the core by app/, carries its messages by rpc/ and speaks in terms of kernel/.',
      severity: 'error',
      from: { path: '^electron/(main|portal)/', pathNot: tests },
      to: { path: '^electron/core/', pathNot: '^electron/core/(app|rpc|kernel)/' },
    },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: '^(electron|shared|renderer)/', pathNot: [tests, testSupport] },
      to: { path: `^(e2e|scripts)/|${tests}|${testSupport}` },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|build|dist)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      mainFields: ['module', 'main'],
    },
  },
};
