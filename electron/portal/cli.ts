import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createCore, type Core } from '../core/app/create-core.ts';
import { createLogger } from '../core/app/log.ts';
import { lockProfile } from '../core/app/profile-lock.ts';
import { AppError } from '../core/kernel/app-error.ts';
import type { Logger } from '../core/kernel/logger.ts';
import { startPortal, type Portal } from './portal.ts';

/** Everything must be closed this soon after Ctrl-C. */
const CLOSE_TIMEOUT_MS = 2_000;

const usage =
  'Usage: npm start -- [--browser] [--port N] [--token T] [--profile DIR] [--connect URI|cloud:NAME]... [--debug]';

function readArguments(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      browser: { type: 'boolean' },
      port: { type: 'string' },
      token: { type: 'string' },
      profile: { type: 'string' },
      connect: { type: 'string', multiple: true },
      debug: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port ?? ''} is not a port`);
  if (values.token !== undefined && values.token.length < 8) throw new Error('--token needs at least 8 characters');
  return {
    port,
    token: values.token ?? randomBytes(24).toString('base64url'),
    profileDir: resolve(values.profile ?? defaultProfileDir()),
    connect: values.connect ?? [],
    isDebug: values.debug ?? false,
    isHelp: values.help ?? false,
  };
}

/** Where state is kept unless told otherwise, by the custom of each system. */
function defaultProfileDir(): string {
  const { env, platform } = process;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'virtdeck');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'virtdeck');
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'virtdeck');
}

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (options.isHelp) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const unlock = await lockProfile(options.profileDir);
  const log = createLogger(options.profileDir, options.isDebug ? 'debug' : 'info');
  // What nobody awaited must not end the app; it is a bug, and in the log.
  process.on('unhandledRejection', (error) => log.error('unhandled rejection', { error }));
  const { core, portal } = await start(options, log).catch(async (error: unknown) => {
    await unlock();
    throw error;
  });
  process.stdout.write(`Virtdeck is ready at ${portal.url}\n`);
  openBrowser(portal.oneTimeUrl());

  let isClosing = false;
  const close = (): void => {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => process.exit(0), CLOSE_TIMEOUT_MS).unref();
    void Promise.allSettled([portal.close(), core.close()])
      .then(unlock)
      .finally(() => process.exit(0));
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
}

async function start(options: ReturnType<typeof readArguments>, log: Logger): Promise<{ core: Core; portal: Portal }> {
  const { profileDir, connect, port, token } = options;
  const core = await createCore({ profileDir, shell: 'portal', log, connect });
  const rendererDir = resolve(import.meta.dirname, '../renderer');
  const portal = await startPortal({ core, rendererDir, port, token, log }).catch(async (error: unknown) => {
    await core.close();
    throw error;
  });
  return { core, portal };
}

/** Opens the address where there is a display; that none opens is no failure, for the address is printed. */
function openBrowser(url: string): void {
  const { env, platform } = process;
  const hasDisplay = [env['DISPLAY'], env['WAYLAND_DISPLAY']].some(
    (display) => display !== undefined && display !== '',
  );
  if (platform === 'linux' && !hasDisplay) return;
  const [command, ...args] =
    platform === 'darwin' ? ['open', url] : platform === 'win32' ? ['cmd', '/c', 'start', '', url] : ['xdg-open', url];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => process.stdout.write('Open the address in a browser.\n'));
  child.unref();
}

main().catch((thrown: unknown) => {
  const error = AppError.from(thrown);
  process.stderr.write(`virtdeck: ${error.detail || error.code}\n${error.code === 'INTERNAL' ? `${usage}\n` : ''}`);
  process.exit(1);
});
