import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findObstacle } from './obstacle.ts';
import type { Part, PartName } from './part.ts';
import { parts } from './parts.ts';
import { logDir, runDir } from './paths.ts';

/** Whether one part of the lab can be used. */
export interface PartStatus {
  name: PartName;
  ok: boolean;
  /** Why not; '' where it can. */
  reason: string;
  /** The log of its last start; '' where there is none. */
  log: string;
}

/** The state of every part, in a few seconds at most. */
export function readStatus(): Promise<PartStatus[]> {
  return Promise.all(parts.map(statusOf));
}

async function statusOf(part: Part): Promise<PartStatus> {
  const log = join(logDir, `${part.name}.log`);
  const found = await part.check().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  const obstacle = found === '' ? '' : findObstacle();
  // what failed at the last start explains more than what is missing now
  const reason = lastFailure(part.name) || [found, obstacle].filter(Boolean).join('; ');
  return { name: part.name, ok: reason === '', reason, log: existsSync(log) ? log : '' };
}

/** Why the last start of a part failed; '' where it did not. */
function lastFailure(name: PartName): string {
  const file = failureFile(name);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

/** Keeps why a start failed for `status`; '' forgets it. */
export async function rememberFailure(name: PartName, reason: string): Promise<void> {
  if (reason === '') return rm(failureFile(name), { force: true });
  await mkdir(runDir, { recursive: true });
  await writeFile(failureFile(name), `${reason}\n`);
}

function failureFile(name: PartName): string {
  return join(runDir, `${name}.failed`);
}
