// npm start: installs what is missing, builds what has changed, opens the app. Plain Node, nothing needs to be installed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchElectron, findElectron } from './electron-binary.mjs';
import { browserArguments, chooseShell, electronArguments } from './launch-plan.mjs';
import { install, isInstalled, requireNode } from './toolchain.mjs';

/** Electron that ends this soon with an error never showed a window: a library or the sandbox is missing. */
const STILLBORN_MS = 5_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether a signal asked us to end. */
let interrupted = false;

requireNode();
process.exit(await start(process.argv.slice(2)));

async function start(flags) {
  if (!isInstalled(root)) {
    console.log('Installing what Virtdeck is built from (about a minute, once) ...');
    if ((await install(root)) !== 0) {
      console.error('The installation failed; npm says why above. Is the npm registry within reach?');
      return 1;
    }
  }
  const { build } = await import('./build.mjs');
  try {
    const built = await build();
    if (built.length > 0) console.log(`Built ${built.join(' and ')}.`);
  } catch (error) {
    console.error(`The build failed: ${error.message}`);
    return 1;
  }
  const plan = chooseShell(flags, process.platform, process.env);
  if (plan === 'electron') {
    const code = await openElectron(flags);
    if (code !== null) return code;
  }
  return openBrowserMode(flags);
}

/** The exit code of the desktop app, or null where it cannot run here (one line says why). */
async function openElectron(flags) {
  let binary = findElectron(root);
  if (binary === null) {
    console.log("Fetching Electron's binary (about 120 MB, once) ...");
    const fetched = await fetchElectron(root);
    if ('failure' in fetched) {
      console.log(`Electron could not be fetched: ${fetched.failure}. Virtdeck opens in the browser instead.`);
      return null;
    }
    binary = fetched.binary;
  }
  const args = electronArguments(flags, process.platform, process.getuid?.());
  if (args.includes('--no-sandbox')) {
    console.log('Chromium has no sandbox when it runs as root; better run Virtdeck as a normal user.');
  }
  const startedAt = Date.now();
  const code = await run(binary, [root, ...args]);
  if (code === 0 || interrupted || Date.now() - startedAt > STILLBORN_MS) return code;
  console.log(`Electron cannot run here (it ended with code ${code}). Virtdeck opens in the browser instead.`);
  return null;
}

function openBrowserMode(flags) {
  // Room for what lives as long as a packet: with V8's 16 MiB, collecting it costs a third of the speed of an upload.
  const nodeFlags = JSON.parse(readFileSync(join(root, 'scripts', 'node-flags.json'), 'utf8'));
  return run(process.execPath, [...nodeFlags, join(root, 'build', 'portal', 'cli.js'), ...browserArguments(flags)]);
}

/** Runs a program to its end; signals for us are signals for it. Resolves with its exit code as a shell counts it. */
function run(program, args) {
  const child = spawn(program, args, { stdio: 'inherit' });
  const forward = (signal) => {
    interrupted = true;
    // Ctrl-C in a terminal has reached the child already: it goes to the whole process group.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve) => {
    const finish = (code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`${program} could not be started: ${error.message}`);
      finish(127);
    });
    child.on('exit', (code, signal) => finish(code ?? 128 + constants.signals[signal]));
  });
}
