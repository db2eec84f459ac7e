import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../kernel/app-error.ts';
import { fileError } from './stores/json-file.ts';

/**
 * Takes the profile for this process and returns how to give it back. Throws CONFLICT where a living process has it
 * (the lock of one that is gone is removed), and DISK_FULL.
 */
export async function lockProfile(profileDir: string): Promise<() => Promise<void>> {
  await mkdir(profileDir, { recursive: true, mode: 0o700 });
  const path = join(profileDir, 'lock');
  const mine = `${process.pid} ${(await startTime(process.pid)) ?? ''}`;
  for (const attempt of [1, 2]) {
    try {
      await write(path, mine);
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      if (attempt === 2 || (await isHeld(path))) {
        throw new AppError('CONFLICT', { detail: `another Virtdeck uses the profile ${profileDir}` });
      }
      await rm(path, { force: true });
    }
  }
  throw new AppError('CONFLICT', { detail: 'the profile is locked' });
}

/** Makes the file; fails with EEXIST where there is one. Throws DISK_FULL, FILE_UNREADABLE, and leaves no file then. */
async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
  } catch (error) {
    await rm(path, { force: true });
    throw fileError(path, error);
  } finally {
    await file.close();
  }
}

/** True where the process that wrote the lock still runs; its start time tells it from a later one with its number. */
async function isHeld(path: string): Promise<boolean> {
  const [pidText = '', started = ''] = (await readFile(path, 'utf8')).split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const now = await startTime(pid);
  return now === null || started === '' || now === started;
}

/** Clock ticks at which a process started; null where the system does not tell (/proc is Linux only). */
async function startTime(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
