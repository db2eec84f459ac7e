import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { capture, run } from '../command.ts';
import type { Part, PartLog } from '../part.ts';
import { labCache, labScripts, libvirtDir, libvirtSocket, runDir, secondLibvirtSocket } from '../paths.ts';
import { guests, guestXml, runningGuest, type Guest } from './guests.ts';
import { testHypervisorXml } from './test-hypervisor.ts';

const URI = 'qemu:///system';
const DISK_BYTES = 16 * 1024 * 1024;
const BOOT_TIMEOUT_MS = 120_000;
const CHECK_TIMEOUT_MS = 4_000;
const NETWORK_XML = '/usr/share/libvirt/networks/default.xml';

/** There while this part uses libvirtd; made and removed by daemons-up and daemons-down. */
const userMark = join(runDir, 'libvirtd.users/libvirt');

/** There while the network `default` runs because the lab started it. */
const networkMark = join(runDir, 'default-network');

const PACKAGES = [
  ...['libvirt-daemon-system', 'libvirt-clients', 'libvirt-daemon-config-network', 'libvirt-daemon-config-nwfilter'],
  ...['qemu-system-x86', 'qemu-utils', 'dnsmasq-base', 'iptables', 'iproute2', 'procps'],
  ...['netcat-openbsd', 'python3-libvirt', 'busybox-static'],
  ...['ovmf', 'swtpm', 'swtpm-tools', 'genisoimage'],
];

/** Sizes of the hosts of the test driver. */
const TEST_SIZES = [1000, 5000] as const;

/** The file for `test:///PATH` with this many domains. */
export function testFile(count: (typeof TEST_SIZES)[number]): string {
  return join(libvirtDir, `test-${count}.xml`);
}

/** A libvirtd with the default network and small guests. */
export const libvirtPart: Part = {
  name: 'libvirt',

  async up(log) {
    await run(log, join(labScripts, 'install-packages'), PACKAGES);
    await mkdir(libvirtDir, { recursive: true });
    for (const count of TEST_SIZES) await writeFile(testFile(count), testHypervisorXml(count));
    const kernel = run(log, join(labScripts, 'guest/build-guest'));
    log.say('libvirtd and the default network');
    await Promise.all([kernel, startNetwork(log), startSecond(log)]);
    log.say(`guests: ${guests.map(({ slug }) => slug).join(', ')}`);
    for (const guest of guests) await defineGuest(log, guest);
    if ((await guestState(runningGuest)) === 'running') return;
    await run(log, 'virsh', virsh('start', runningGuest.uuid));
    log.say(`${runningGuest.name} has the address ${await waitForAddress(runningGuest)}`);
  },

  async down(log, { wipe }) {
    await run(log, join(labScripts, 'libvirt/second-down'));
    if (existsSync(userMark)) await removeAll(log);
    if (wipe) await rm(libvirtDir, { recursive: true, force: true });
  },

  async check() {
    if (!existsSync(libvirtSocket)) return 'no libvirtd runs';
    // one process for both questions: this is asked often
    const questions = virsh(`net-list --name; domstate ${runningGuest.uuid}`);
    const reason = judgeAnswer(await capture('virsh', questions, CHECK_TIMEOUT_MS));
    if (reason !== '') return reason;
    return TEST_SIZES.every((count) => existsSync(testFile(count))) ? '' : 'the test:/// files are missing';
  },

  hints() {
    return [
      `virsh -c ${URI} list --all    (guests ${guests.map(({ slug }) => slug).join(', ')})`,
      `virsh -c 'qemu:///system?socket=${secondLibvirtSocket}'    (another host, to migrate to)`,
      `test:///default, ${TEST_SIZES.map((count) => `test://${testFile(count)}`).join(', ')}`,
    ];
  },
};

/** What is amiss by the answer of virsh, the names of active networks and then the guest's state; '' if nothing is. */
export function judgeAnswer(answer: string): string {
  const lines = answer.split('\n').map((line) => line.trim());
  const [state = '', ...networks] = lines.filter((line) => line !== '').reverse();
  if (!networks.includes('default')) return 'the network default is not active';
  return state === 'running' ? '' : `${runningGuest.name} is ${state}`;
}

/** The definition of a guest; there while the guest is defined. */
export function domainFile(slug: string): string {
  return join(libvirtDir, `${slug}.xml`);
}

function virsh(...args: string[]): string[] {
  return ['-q', '-c', URI, ...args];
}

async function guestState({ uuid }: Guest): Promise<string> {
  return (await capture('virsh', virsh('domstate', uuid))).trim();
}

async function isNetworkActive(): Promise<boolean> {
  return (await capture('virsh', virsh('net-list', '--name'))).split(/\s+/).includes('default');
}

async function startNetwork(log: PartLog): Promise<void> {
  await run(log, join(labScripts, 'libvirt/daemons-up'), ['libvirt']);
  const known = (await capture('virsh', virsh('net-list', '--all', '--name'))).split(/\s+/);
  if (!known.includes('default')) await run(log, 'virsh', virsh('net-define', NETWORK_XML));
  if (await isNetworkActive()) return;
  await run(log, 'virsh', virsh('net-start', 'default'));
  await writeFile(networkMark, '');
}

/** The other host of migrations. Where it cannot run, all else of the lab can. */
async function startSecond(log: PartLog): Promise<void> {
  await run(log, join(labScripts, 'libvirt/second-up')).catch((error: unknown) => {
    log.say(`no second libvirtd: ${error instanceof Error ? error.message : String(error)}`);
  });
}

async function removeAll(log: PartLog): Promise<void> {
  // it may have been killed; without it the guests cannot be stopped
  await run(log, join(labScripts, 'libvirt/daemons-up'), ['libvirt']);
  const defined = new Set((await capture('virsh', virsh('list', '--all', '--uuid'))).split(/\s+/));
  for (const { uuid, slug } of guests) {
    if (defined.has(uuid)) await removeGuest(log, uuid);
    await rm(domainFile(slug), { force: true });
  }
  if (existsSync(networkMark)) {
    if (await isNetworkActive()) await run(log, 'virsh', virsh('net-destroy', 'default'));
    await rm(networkMark);
  }
  await run(log, join(labScripts, 'libvirt/daemons-down'), ['libvirt']);
}

async function removeGuest(log: PartLog, uuid: string): Promise<void> {
  const state = (await capture('virsh', virsh('domstate', uuid))).trim();
  if (state !== 'shut off') await run(log, 'virsh', virsh('destroy', uuid));
  const leftovers = ['--managed-save', '--snapshots-metadata', '--checkpoints-metadata'];
  await run(log, 'virsh', virsh('undefine', uuid, ...leftovers));
}

async function defineGuest(log: PartLog, guest: Guest): Promise<void> {
  const disk = join(libvirtDir, `${guest.slug}.img`);
  if (!existsSync(disk)) {
    await writeFile(disk, '');
    await truncate(disk, DISK_BYTES);
  }
  const file = domainFile(guest.slug);
  await writeFile(file, guestXml(guest, { dataDir: libvirtDir, kernelDir: join(labCache, 'guest') }));
  await run(log, 'virsh', virsh('define', file));
}

/** The address that a guest tells on its serial console once it has one. Rejects if it gets none in time. */
async function waitForAddress({ slug, name }: Guest): Promise<string> {
  const log = join(libvirtDir, `${slug}.console.log`);
  const deadline = performance.now() + BOOT_TIMEOUT_MS;
  while (performance.now() < deadline) {
    // libvirt empties the file at each start
    const address = existsSync(log) ? /has address ([\d.]+)/.exec(await readFile(log, 'utf8'))?.[1] : undefined;
    if (address !== undefined) return address;
    await delay(300);
  }
  throw new Error(`${name} got no address within ${BOOT_TIMEOUT_MS / 1000} s`);
}
