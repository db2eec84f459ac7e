// What start and test share before anything is installed: nothing here may import a package.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether a Node version can build and run Virtdeck (vite needs the same).
 * @param {string} version e.g. `20.19.0`
 */
export function isNodeSupported(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
}

/** Ends the program with a clear sentence where Node is too old. */
export function requireNode() {
  if (isNodeSupported(process.versions.node)) return;
  console.error(
    `Virtdeck needs Node.js 20.19 or newer (22.12 or newer of the 22 series); this is ${process.versions.node}. ` +
      'Newer versions are at https://nodejs.org/.',
  );
  process.exit(1);
}

/**
 * Whether node_modules holds what package-lock.json asks for. Contents are compared, not times: a checkout or a copy
 * changes times at will.
 */
export function isInstalled(root) {
  let installed;
  try {
    installed = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8')).packages;
  } catch {
    return false; // Missing or damaged: both mean that npm has to install.
  }
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.optional || entry.devOptional || entry.peer) return true;
    return installed[path]?.version === entry.version && installed[path]?.integrity === entry.integrity;
  });
}

/**
 * Installs exactly what the lock file names; devDependencies too, whatever NODE_ENV says, because the build needs them.
 * Resolves with npm's exit code.
 */
export function install(root) {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under `npm start` npm tells where it is itself; otherwise it is looked up in PATH (on Windows it is a .cmd file).
  const npm = process.env.npm_execpath;
  const child =
    npm?.endsWith('.js') === true
      ? spawn(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
      : spawn('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`npm could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
