import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findObstacle } from './obstacle.ts';
import type { Part, PartLog, PartName } from './part.ts';
import { parts } from './parts.ts';
import { labDir, logDir, runDir } from './paths.ts';
import { rememberFailure } from './status.ts';

const startedAt = performance.now();

/** Starts the named parts side by side; one that fails does not stop the others. Prints what one can do with them. */
export async function upParts(names: readonly PartName[]): Promise<void> {
  const chosen = parts.filter(({ name }) => names.includes(name));
  const obstacle = findObstacle();
  if (obstacle !== '') {
    for (const { name } of chosen) print(name, `not started: ${obstacle}`);
    return;
  }
  await mkdir(logDir, { recursive: true });
  await mkdir(runDir, { recursive: true });
  const started = await Promise.all(chosen.map(upPart));
  for (const part of chosen.filter((_, index) => started[index])) {
    console.log(`\n${part.name}`);
    for (const hint of part.hints()) console.log(`  ${hint}`);
  }
}

/**
 * Stops what the lab started of the named parts; `wipe` also removes their data, and LAB_DIR with the last of them.
 * False where something stays.
 */
export async function downParts(names: readonly PartName[], { wipe }: { wipe: boolean }): Promise<boolean> {
  if (!existsSync(runDir)) {
    console.log(`Nothing was started below ${labDir}.`);
    return true;
  }
  let isClean = true;
  for (const part of parts.filter(({ name }) => names.includes(name)).reverse()) {
    const isDown = await perform(part, 'down', (log) => part.down(log, { wipe }));
    isClean &&= isDown;
    await rememberFailure(part.name, '');
  }
  if (wipe && isClean && names.length === parts.length) await rm(labDir, { recursive: true });
  return isClean;
}

async function upPart(part: Part): Promise<boolean> {
  await rememberFailure(part.name, 'its start has not come to an end');
  return perform(part, 'up', (log) => part.up(log));
}

async function perform(part: Part, what: 'up' | 'down', work: (log: PartLog) => Promise<void>): Promise<boolean> {
  const file = join(logDir, `${part.name}.log`);
  const stream = createWriteStream(file, { flags: 'a' });
  const log = openLog(part.name, stream);
  log.write(`== ${what} ${new Date().toISOString()}`);
  try {
    await work(log);
    if (what === 'up') await rememberFailure(part.name, '');
    log.say(`is ${what}`);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (what === 'up') await rememberFailure(part.name, reason);
    log.say(`FAILED: ${reason} (see ${file})`);
    return false;
  } finally {
    await new Promise<void>((done) => stream.end(done));
  }
}

function openLog(name: PartName, stream: WriteStream): PartLog {
  return {
    say: (text) => {
      stream.write(`${text}\n`);
      print(name, text);
    },
    write: (text) => void stream.write(`${text}\n`),
  };
}

function print(name: PartName, text: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`${seconds.padStart(4)} s  ${name.padEnd(10)} ${text}`);
}
