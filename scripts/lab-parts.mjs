import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Lines of a log that are worth reading here. */
const LOG_LINES = 40;

/**
 * The parts of the lab and whether each runs, as `e2e/lab/cli.ts status --json` tells: `[{ name, ok, reason, log }]`.
 * @param {string} root the repository
 * @returns {{ name: string, ok: boolean, reason: string, logTail: string }[]} none where the lab cannot be asked
 */
export function readLabParts(root) {
  const { status, stdout } = spawnSync('npx', ['tsx', 'e2e/lab/cli.ts', 'status', '--json'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  if (status !== 0) return [];
  return parseLabStatus(stdout).map(({ log, ...part }) => ({ ...part, logTail: tailOf(log) }));
}

/** The parts in the status that the lab printed; lines before the JSON are skipped. Throws SyntaxError for no JSON. */
export function parseLabStatus(text) {
  const parts = JSON.parse(text.slice(text.search(/^\[/m)));
  return parts.map(({ name, ok, reason = '', log = '' }) => ({
    name: String(name),
    ok: ok === true,
    reason: String(reason),
    log: String(log),
  }));
}

function tailOf(file) {
  if (file === '' || !existsSync(file)) return '';
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n');
}
