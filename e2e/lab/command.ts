import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { labCache, labDir } from './paths.ts';
import type { PartLog } from './part.ts';

const env = { ...process.env, LAB_DIR: labDir, LAB_CACHE: labCache, LC_ALL: 'C.UTF-8' };

/**
 * Runs a command whose output goes to the part's log; lines that begin with `[` are progress for people.
 * Rejects with the reason that it printed, or with how it ended.
 */
export async function run(log: PartLog, command: string, args: string[] = [], timeoutMs = 1_800_000): Promise<void> {
  log.write(`+ ${[command, ...args].join(' ')}`);
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
  let reason = '';
  const read = (line: string): void => {
    const progress = /^\[ *\d+s\] (.*)/.exec(line)?.[1];
    if (progress === undefined) log.write(line);
    else log.say(progress);
    reason = /FAILED: (.*)/.exec(line)?.[1] ?? (/^error: (.*)/i.exec(line)?.[1] || reason);
  };
  createInterface(child.stdout).on('line', read);
  createInterface(child.stderr).on('line', read);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done, reject) => {
    child.once('error', reject);
    child.once('close', (...end) => done(end));
  });
  if (code === 0) return;
  const how = signal === null ? `ended with ${String(code)}` : `was ended by ${signal}`;
  throw new Error(reason === '' ? `${command} ${how}` : reason);
}

/** What a command prints. Rejects with the last line of its errors. */
export function capture(command: string, args: string[], timeoutMs = 10_000): Promise<string> {
  return new Promise((done, reject) => {
    execFile(command, args, { env, timeout: timeoutMs, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else reject(new Error(stderr.trim().split('\n').at(-1) || error.message));
    });
  });
}
