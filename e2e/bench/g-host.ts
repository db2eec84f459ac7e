import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionSession } from '../../electron/core/features/connections/ports.ts';
import { testHypervisorXml } from '../lab/libvirt/test-hypervisor.ts';
import { plain, type BenchContext, type Figure, type Measurement } from './figure.ts';
import { connectHost, noteCalls, scratchDir, TestHost } from './libvirt-hosts.ts';

const DOMAINS = 1_000;
const VOLUMES = 200;
const DEVICES = 300;
const TARGET_CALLS = 40;
const TARGET_DETAILS_CALLS = 4;

/** RPCs of the pages of a big host: a count, not a time. */
export const bigHost: Figure = {
  id: 'g',
  title: `RPCs of the pages of a host of ${DOMAINS} domains, ${VOLUMES} volumes and ${DEVICES} devices`,
  run: measure,
};

async function measure(bench: BenchContext): Promise<Measurement[]> {
  const daemon = await TestHost.start(bench.scope);
  const dir = await scratchDir(bench.scope);
  const file = join(dir, 'big-host.xml');
  await writeFile(file, bigHostXml());
  // The daemon runs as nobody.
  await chmod(dir, 0o755);
  const seen = noteCalls(bench.scope);
  const query = new URLSearchParams({ socket: daemon.socket }).toString();
  const { session, machines } = await connectHost(`test+unix://${file}?${query}`, bench.scope);
  if (machines.items.size !== DOMAINS) throw new Error(`${machines.items.size} domains instead of ${DOMAINS}`);
  const [first] = machines.items.keys();
  const counted = async (open: () => Promise<unknown>): Promise<number> => {
    const before = seen.length;
    await open();
    return seen.length - before;
  };
  const opening = seen.length;
  const pages: [string, number][] = [
    ['overview of the host: facts and the first figures', await counted(() => openOverview(session))],
    [`devices, ${DEVICES} of them`, await counted(() => openDevices(session))],
    [`disks, ${VOLUMES} volumes and the disks of ${DOMAINS} domains`, await counted(() => openDisks(session))],
  ];
  const details = await counted(() => session.machines.details(first ?? '', bench.scope.signal));
  const all = pages.reduce((sum, [, calls]) => sum + calls, opening);
  bench.say(`opened in ${opening} RPCs, with all pages ${all}`);
  return [
    atMost('opening it', opening, TARGET_CALLS),
    ...pages.map(([what, calls]) => atMost(what, calls, TARGET_CALLS)),
    plain('all of these', `${all} RPCs`),
    atMost('details of one machine', details, TARGET_DETAILS_CALLS),
  ];
}

function atMost(what: string, calls: number, target: number): Measurement {
  return { ...plain(what, `${calls} RPCs`), target: `at most ${target} RPCs`, reached: calls <= target };
}

async function openOverview({ host }: ConnectionSession): Promise<void> {
  if (host === undefined) throw new Error('a connection without a host');
  await host.details();
  await firstOf(host.watch(watcher()), (event) => event.type === 'sample');
}

async function openDevices({ host }: ConnectionSession): Promise<void> {
  if (host === undefined) throw new Error('a connection without a host');
  await firstOf(host.devices.watch(watcher()), (event) => {
    const rows = event.type === 'snapshot' ? event.items : event.upsert;
    return rows.length >= DEVICES;
  });
}

async function openDisks({ disks }: ConnectionSession): Promise<void> {
  const list = await disks?.list();
  const volumes = list?.disks.filter(({ pool }) => pool !== null).length ?? 0;
  if (volumes !== VOLUMES) throw new Error(`${volumes} volumes instead of ${VOLUMES}`);
}

const watcher = (): { signal: AbortSignal; ready: () => Promise<void> } => ({
  signal: new AbortController().signal,
  ready: () => Promise.resolve(),
});

/** Watches until what is wanted has come. */
async function firstOf<T>(events: AsyncIterable<T>, isWanted: (event: T) => boolean): Promise<void> {
  for await (const event of events) if (isWanted(event)) return;
  throw new Error('the list ended');
}

/** A host of the test driver with volumes and devices beside its domains. */
function bigHostXml(): string {
  const volumes = Array.from(
    { length: VOLUMES },
    (_, at) =>
      `<volume type='file'><name>disk-${at}.img</name><capacity unit='MiB'>64</capacity>` +
      `<target><path>/var/lib/big/disk-${at}.img</path></target></volume>`,
  );
  const devices = Array.from(
    { length: DEVICES },
    (_, at) =>
      `<device><name>pci_0000_${at.toString(16)}_00_0</name><parent>computer</parent><capability type='pci'>` +
      `<class>0x020000</class><domain>0</domain><bus>${at % 256}</bus><slot>0</slot><function>0</function>` +
      `<product id='0x1041'/><vendor id='0x1af4'/></capability></device>`,
  );
  const pool =
    `<pool type='dir'><name>big</name><uuid>7e570000-0000-4000-8000-00000000f001</uuid>` +
    `<target><path>/var/lib/big</path></target>${volumes.join('')}</pool>`;
  return testHypervisorXml(DOMAINS).replace('</node>', () => `${pool}${devices.join('')}</node>`);
}
