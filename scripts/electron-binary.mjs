// Electron's binary is not part of its npm package since Electron 42; the package's own installer fetches it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A download that gains nothing for this long counts as failed. */
const STALLED_MS = 12_000;

/**
 * Where Electron's binary is, or null where it was not fetched yet.
 * @param {string} root the repository
 */
export function findElectron(root) {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist');
  const binary = join(dist, readFileSync(pathFile, 'utf8'));
  return existsSync(binary) ? binary : null;
}

/**
 * Runs the electron package's installer and shows how much has come. The installer itself shows nothing for its first
 * 30 s and waits for ever on a silent network; so it gets a temporary directory of its own, whose growth is watched.
 * @param {string} root the repository
 * @param {{ stalledMs?: number, say?: (line: string) => void }} options
 * @returns {Promise<{ binary: string } | { failure: string }>} `failure` is half a sentence
 */
export async function fetchElectron(root, { stalledMs = STALLED_MS, say = console.log } = {}) {
  const folder = join(root, 'node_modules', 'electron');
  let downloads;
  try {
    downloads = mkdtempSync(join(folder, '.download-'));
  } catch (error) {
    return { failure: `${folder} cannot be written (${error.code})` };
  }
  const child = spawn(process.execPath, [join(folder, 'install.js')], {
    cwd: root,
    env: {
      ...process.env,
      TMPDIR: downloads,
      TMP: downloads,
      TEMP: downloads,
      ELECTRON_GET_NO_PROGRESS: '1',
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaint = (complaint + text).slice(-4000);
  });
  const code = await followDownload(child, [downloads, join(folder, 'dist')], stalledMs, say);
  rmSync(downloads, { recursive: true, force: true });
  const binary = code === 0 ? findElectron(root) : null;
  if (binary !== null) return { binary };
  if (code === 'stalled') return { failure: `nothing came for ${Math.round(stalledMs / 1000)} s` };
  return { failure: reasonOf(complaint) ?? `its installer ended with code ${code}` };
}

/** Resolves with the exit code of the installer, or 'stalled' after ending it. */
function followDownload(child, folders, stalledMs, say) {
  return new Promise((resolve) => {
    let bytes = folders.reduce((sum, folder) => sum + sizeOf(folder), 0);
    let lastGrowth = Date.now();
    let lastLine = 0;
    const watch = setInterval(() => {
      const now = folders.reduce((sum, folder) => sum + sizeOf(folder), 0);
      if (now !== bytes) lastGrowth = Date.now();
      bytes = now;
      if (Date.now() - lastGrowth > stalledMs) {
        finish('stalled');
        child.kill('SIGKILL');
      } else if (bytes > 0 && Date.now() - lastLine > 2000) {
        lastLine = Date.now();
        say(`  ${(bytes / 1_000_000).toFixed(0)} MB`);
      }
    }, 250);
    const finish = (result) => {
      clearInterval(watch);
      resolve(result);
    };
    child.on('error', () => finish(1));
    child.on('close', (code) => finish(code ?? 1));
  });
}

/** Bytes below a folder; what vanishes while it is counted counts nothing. */
function sizeOf(path) {
  try {
    const stat = statSync(path);
    if (!stat.isDirectory()) return stat.size;
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
  } catch (error) {
    if (error.code === 'ENOENT') return 0;
    throw error;
  }
}

/** The line of the installer's stack trace that names the error. */
function reasonOf(complaint) {
  const line = complaint.split('\n').find((text) => /^\w*Error\b.*: /.test(text));
  return line?.replace(/^\w*Error\b[^:]*: /, '').slice(0, 200);
}
