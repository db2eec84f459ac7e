// npm run package: builds, then makes the installers of this system in dist/. Arguments go to electron-builder.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { requireNode } from './toolchain.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The package.json of the shipped app: without dependencies, because they are bundled, and without scripts. */
export function shippedManifest() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { name, productName, version, description, license, type, devDependencies } = manifest;
  return {
    ...{ name, productName, version, description, license, type },
    author: 'the Virtdeck authors',
    main: 'electron/main.js',
    // electron-builder takes Electron's version from here and leaves it out of the app.
    devDependencies: { electron: devDependencies.electron },
  };
}

/**
 * Runs electron-builder on a folder that was built.
 * @param {string[]} args e.g. `--linux dir`
 * @param {{ folder?: string, stdio?: import('node:child_process').StdioOptions }} options `folder`: instead of build/
 * @returns {Promise<number>} its exit code
 */
export function packageApp(args, { folder = join(root, 'build'), stdio = 'inherit' } = {}) {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(shippedManifest(), null, 2)}\n`);
  const cli = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const config = join(root, 'electron-builder.yml');
  const child = spawn(process.execPath, [cli, '--projectDir', folder, '--config', config, ...args], { stdio });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireNode();
  await build();
  process.exit(await packageApp(process.argv.slice(2)));
}
