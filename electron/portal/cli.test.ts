import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

let cli: string;
let buildDir: string;
const usage = /Usage: npm start -- .*--connect URI\|cloud:NAME/;

let profileDir: string;
let children: ChildProcess[];

beforeAll(async () => {
  buildDir = await mkdtemp(join(tmpdir(), 'virtdeck-cli-build-'));
  cli = join(buildDir, 'portal', 'cli.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'cli.ts')],
    outfile: cli,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // What ssh2 and ws try first and do without.
    external: ['*.node', 'cpu-features', 'bufferutil', 'utf-8-validate'],
    banner: {
      js: [
        "import { createRequire } from 'node:module';",
        'const require = createRequire(import.meta.url);',
        'const __dirname = import.meta.dirname;',
      ].join('\n'),
    },
    logLevel: 'error',
  });
}, 60_000);
afterAll(() => rm(buildDir, { recursive: true, force: true }));

beforeEach(async () => {
  profileDir = await mkdtemp(join(tmpdir(), 'virtdeck-cli-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(profileDir, { recursive: true, force: true });
});

/** Runs the portal's program as `npm start -- --browser` does, without a display and without anybody's clouds. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [cli, '--profile', profileDir, ...args], {
    env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', HOME: profileDir, OS_CLIENT_CONFIG_FILE: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return { child, output, ended };
}

describe('what cannot be done ends with a line that says why, and a code', () => {
  it.each([
    ['an unknown flag', ['--nonsense'], /^virtdeck: Unknown option '--nonsense'/],
    ['no port', ['--port', '99999'], /^virtdeck: --port 99999 is not a port/],
    ['a token anybody could guess', ['--token', 'short'], /^virtdeck: --token needs at least 8 characters/],
    ['nothing to connect to', ['--connect'], /^virtdeck: Option '--connect <value>' argument missing/],
  ])('%s, with the usage', async (_what, args, line) => {
    const { output, ended } = start(...args);
    expect([await ended, output.out]).toEqual([1, '']);
    expect(output.err).toMatch(line);
    expect(output.err).toMatch(usage);
  });

  it.each([
    ['an unknown scheme', 'foo:///bar', /^virtdeck: .*foo/],
    ['no URI', 'no uri at all', /^virtdeck: ./],
    ['an unknown cloud', 'cloud:nope', /^virtdeck: no cloud nope in clouds.yaml/],
  ])('%s in --connect', async (_what, connect, line) => {
    const { output, ended } = start('--connect', connect);
    expect([await ended, output.out]).toEqual([1, '']);
    expect(output.err).toMatch(line);
    expect(output.err.trim().split('\n')).toHaveLength(1);
    expect(await readdir(profileDir)).not.toContain('lock');
  });

  it('a port that something else has', async () => {
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as net.AddressInfo;
    const { output, ended } = start('--port', String(port));
    expect([await ended, output.out]).toEqual([1, '']);
    expect(output.err).toMatch(new RegExp(`^virtdeck: port ${port} cannot be used`));
    other.close();
  });
});

it('says where it is ready, keeps a second one off its profile, and ends well on Ctrl-C', async () => {
  const first = start('--port', '0', '--token', 'a-token-of-a-test');
  await expect.poll(() => first.output.out, { timeout: 15_000 }).toContain('\n');
  expect(first.output.out).toMatch(/^Virtdeck is ready at http:\/\/127\.0\.0\.1:\d+\/\?token=a-token-of-a-test\n$/);
  const second = start();
  expect(await second.ended).toBe(1);
  expect(second.output.err).toMatch(/^virtdeck: another Virtdeck uses the profile/);
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
  expect(await readdir(profileDir)).not.toContain('lock');
  expect(first.output.err).toBe('');
}, 60_000);
