import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDir } from './paths.ts';

// A pid file has two lines, the pid and the start time of that process (field 22 of /proc/PID/stat, in clock ticks
// since boot), so that a recycled pid is never taken for ours. lib.sh writes and reads the same files.

/** The start time of a process, in clock ticks since boot; null where there is none or it is a zombie. */
export function readStartTime(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    // ENOENT: no such process; ESRCH: it ended while its file was being read
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
  return parseStartTime(stat);
}

/** Field 22 of the text of /proc/PID/stat; the name in field 2 may hold spaces and brackets. Null for a zombie. */
export function parseStartTime(stat: string): string | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : (fields[19] ?? null);
}

/** Whether the daemon of this name, which the lab started, still runs. */
export function isAlive(name: string): boolean {
  return readPid(name) !== null;
}

/** The pid of the daemon of this name, which the lab started; null where it does not run. */
export function readPid(name: string): number | null {
  const file = pidFile(name);
  if (!existsSync(file)) return null;
  const [pid = '', startedAt] = readFileSync(file, 'utf8').split('\n');
  return /^\d+$/.test(pid) && readStartTime(Number(pid)) === startedAt ? Number(pid) : null;
}

/** Remembers a daemon that the lab started. Throws if it has ended already. */
export function writePidFile(name: string, pid: number): void {
  const startedAt = readStartTime(pid);
  if (startedAt === null) throw new Error(`${name} ended at once`);
  writeFileSync(pidFile(name), `${pid}\n${startedAt}\n`);
}

/** Forgets a daemon that was stopped. */
export function removePidFile(name: string): void {
  rmSync(pidFile(name), { force: true });
}

/** The names of all daemons that the lab started and nobody has stopped since, dead ones included. */
export function listPidFiles(): string[] {
  if (!existsSync(runDir)) return [];
  return readdirSync(runDir)
    .filter((file) => file.endsWith('.pid'))
    .map((file) => file.slice(0, -'.pid'.length));
}

function pidFile(name: string): string {
  return join(runDir, `${name}.pid`);
}
