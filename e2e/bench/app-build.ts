import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

/** The built page. */
export const rendererDir = join(root, 'build/renderer');

/** Brings build/ up to date, as `npm run build`. Rejects with what the build printed. */
export async function buildApp(): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/build.mjs'], { cwd: root });
}
