import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);
/** Debian's, which finds Debian's python3-libvirt; another one first in PATH would not. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = join(import.meta.dirname, 'libvirt_baseline.py');
const TIMEOUT_MS = 15 * 60_000;

const reply = z.object({
  ms: z.number().optional(),
  cpuMs: z.number().optional(),
  microseconds: z.number().optional(),
  calls: z.number(),
  domains: z.number().optional(),
});
export type BaselineResult = z.infer<typeof reply>;

/** Runs a mode of libvirt_baseline.py to its end. Rejects with what it printed where it fails. */
export async function runBaseline(
  mode: 'connect' | 'tick' | 'pervm' | 'latency',
  uri: string,
  count = 1,
  env: NodeJS.ProcessEnv = process.env,
): Promise<BaselineResult> {
  const { stdout } = await run(PYTHON, [SCRIPT, mode, uri, String(count)], { timeout: TIMEOUT_MS, env });
  return reply.parse(JSON.parse(stdout));
}
