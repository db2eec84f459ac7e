// Builds the Node programs with esbuild and the renderer with vite into build/. What has not changed is not built again.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'build', 'inputs.json');

/**
 * Bundled CommonJS packages call require for Node's own modules, and ssh2 wants to know where it lies (for the helper to
 * PuTTY's agent, which is not shipped: Windows' OpenSSH agent needs none). An ESM file has neither.
 */
const commonJsNames = [
  "import { createRequire as virtdeckCreateRequire } from 'node:module';",
  'const require = virtdeckCreateRequire(import.meta.url);',
  'const __dirname = import.meta.dirname;',
].join('\n');

const nodeEntries = [
  { input: 'electron/main/main.ts', output: 'build/electron/main.js', format: 'esm' },
  { input: 'electron/preload/preload.ts', output: 'build/electron/preload.cjs', format: 'cjs' },
  { input: 'electron/portal/cli.ts', output: 'build/portal/cli.js', format: 'esm' },
];

/**
 * ssh2 and ws look for faster native code and do without it. The answer is decided here, so that a bundle behaves the
 * same whatever stands in somebody's node_modules. For what ws would do byte for byte there is something better.
 */
const withoutNativeAddons = {
  name: 'without-native-addons',
  setup(build) {
    build.onResolve({ filter: /^bufferutil$/ }, () => ({ path: join(root, 'electron/portal/websocket-mask.ts') }));
    build.onResolve({ filter: /\.node$|^cpu-features$|^utf-8-validate$/ }, ({ path }) => ({
      path,
      namespace: 'native-addon',
    }));
    build.onLoad({ filter: /.*/, namespace: 'native-addon' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is left out of the bundle`)});`,
    }));
  },
};

async function buildNodePrograms() {
  const esbuild = await import('esbuild');
  for (const { input, output, format } of nodeEntries) {
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: [input],
      outfile: output,
      format,
      bundle: true,
      platform: 'node',
      target: 'node20.19',
      external: ['electron'],
      plugins: [withoutNativeAddons],
      banner: format === 'esm' ? { js: commonJsNames } : {},
      sourcemap: true,
      legalComments: 'linked',
      logLevel: 'warning',
    });
  }
  await copyFile(join(root, 'resources/icons/256x256.png'), join(root, 'build/electron/icon.png'));
}

async function buildRenderer() {
  const vite = await import('vite');
  await vite.build({
    configFile: join(root, 'renderer', 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: join(root, 'build', 'renderer'), emptyOutDir: true },
  });
}

const targets = [
  {
    name: 'Node programs',
    inputs: ['electron', 'shared', 'resources'],
    outputs: nodeEntries.map((entry) => entry.output),
    run: buildNodePrograms,
  },
  { name: 'renderer', inputs: ['renderer', 'shared'], outputs: ['build/renderer/index.html'], run: buildRenderer },
];

const commonInputs = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'scripts/build.mjs'];

/** A hash over the names and contents of all files that a target is built from. */
async function hashOf(inputs) {
  const hash = createHash('sha256').update(process.version);
  for (const path of [...commonInputs, ...inputs]) await addToHash(hash, path);
  return hash.digest('hex');
}

async function addToHash(hash, path) {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (entries === null) {
    hash.update(path).update(await readFile(join(root, path)));
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (!/\.test\.tsx?$/.test(entry.name)) await addToHash(hash, `${path}/${entry.name}`);
  }
}

async function readStamps() {
  if (!existsSync(stampFile)) return {};
  try {
    return JSON.parse(await readFile(stampFile, 'utf8'));
  } catch {
    return {}; // A damaged stamp only costs a build.
  }
}

/**
 * Brings build/ up to date. With `force` everything is built.
 * @returns {Promise<string[]>} the names of what was built
 */
export async function build({ force = false } = {}) {
  const stamps = await readStamps();
  const stale = [];
  for (const target of targets) {
    const hash = await hashOf(target.inputs);
    const present = target.outputs.every((output) => existsSync(join(root, output)));
    if (force || !present || stamps[target.name] !== hash) stale.push({ ...target, hash });
  }
  if (stale.length === 0) return [];
  await mkdir(dirname(stampFile), { recursive: true });
  // A build that fails half-way must not look finished afterwards.
  await rm(stampFile, { force: true });
  for (const target of stale) {
    await target.run();
    stamps[target.name] = target.hash;
  }
  await writeFile(stampFile, JSON.stringify(stamps));
  return stale.map((target) => target.name);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const startedAt = performance.now();
  const built = await build({ force: process.argv.includes('--force') }).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(built.length === 0 ? 'build/ is up to date' : `Built ${built.join(' and ')} in ${seconds} s`);
}
