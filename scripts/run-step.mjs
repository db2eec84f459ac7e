import { spawn } from 'node:child_process';

/** Given to what was asked to end, before it is killed. */
const GRACE_MS = 10_000;

/**
 * Runs a command with its output on ours and no input, in a process group of its own so that all it started can be
 * ended with it.
 * @param {string[]} command
 * @param {{ cwd: string, limitMs: number, signal?: AbortSignal }} options
 * @returns {Promise<{ ok: boolean, why: string }>} `why` is empty where it went well
 */
export function runStep([program, ...args], { cwd, limitMs, signal }) {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  return new Promise((resolve) => {
    let why = '';
    let killer;
    const end = (reason) => {
      why = reason;
      sendToGroup(child.pid, 'SIGTERM');
      killer = setTimeout(() => sendToGroup(child.pid, 'SIGKILL'), GRACE_MS);
    };
    const timer = setTimeout(() => end(`took longer than ${Math.round(limitMs / 1000)} s`), limitMs);
    const onAbort = () => end('was interrupted');
    signal?.addEventListener('abort', onAbort, { once: true });
    const finish = (result) => {
      clearTimeout(timer);
      clearTimeout(killer);
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    child.on('error', (error) => finish({ ok: false, why: error.message }));
    child.on('exit', (code) => {
      if (why !== '') finish({ ok: false, why });
      else finish(code === 0 ? { ok: true, why: '' } : { ok: false, why: `ended with code ${code}` });
    });
  });
}

function sendToGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // Gone already is what was wanted.
  }
}
