// npm run lab -- up [PART...] [--quick] | down [PART...] | status [--json] | env. See README.md beside this file.
import { parseArgs } from 'node:util';
import { partNames, type PartName } from './part.ts';
import { cloudsFile, labCache, labDir } from './paths.ts';
import { downParts, upParts } from './run-parts.ts';
import { readStatus } from './status.ts';

const USAGE = `npm run lab -- COMMAND
  up [PART...] [--quick]   start what is not running; parts: ${partNames.join(', ')}; --quick: all but openstack
  down [PART...] [--wipe]  stop what the lab started; --wipe: remove its data too
  status [--json]          what runs, and why something does not
  env                      settings for a shell: eval "$(npm run -s lab -- env)"`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      wipe: { type: 'boolean', default: false },
    },
  });
  const [command = '', ...names] = positionals;
  const unknown = names.filter((name) => !isPartName(name));
  if (unknown.length > 0 || !['up', 'down', 'status', 'env'].includes(command)) {
    console.error(unknown.length > 0 ? `No such part: ${unknown.join(', ')}\n${USAGE}` : USAGE);
    return 2;
  }
  const chosen = names.length > 0 ? names.filter(isPartName) : partNames;
  if (command === 'up') await upParts(values.quick ? chosen.filter((name) => name !== 'openstack') : chosen);
  else if (command === 'down') return (await downParts(chosen, { wipe: values.wipe })) ? 0 : 1;
  else if (command === 'status') await printStatus(values.json);
  else printEnvironment();
  return 0;
}

function isPartName(name: string): name is PartName {
  return partNames.some((known) => known === name);
}

async function printStatus(asJson: boolean): Promise<void> {
  const parts = await readStatus();
  if (asJson) console.log(JSON.stringify(parts, null, 2));
  else for (const { name, ok, reason } of parts) console.log(`${name.padEnd(10)} ${ok ? 'up' : `down: ${reason}`}`);
}

function printEnvironment(): void {
  const variables = {
    LAB_DIR: labDir,
    LAB_CACHE: labCache,
    LIBVIRT_DEFAULT_URI: 'qemu:///system',
    OS_CLIENT_CONFIG_FILE: cloudsFile,
    OS_CLOUD: 'lab-edu',
  };
  for (const [name, value] of Object.entries(variables))
    console.log(`export ${name}='${value.replaceAll("'", `'\\''`)}'`);
}
