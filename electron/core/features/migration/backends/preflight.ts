import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { MigrationCheck, MigrationCheckId, MigrationPlan } from '../../../../../shared/contract/migration.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { cpuIncompatible } from '../../../libvirt/protocol/migration-flags.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import type { CallOptions } from '../../../libvirt/rpc/client.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { MigrationNeeds } from '../../../libvirt/xml/migration-xml.ts';
import { copyPlaces, ifThere, sourceVolume, type CopyPlace } from './copy-places.ts';

/** What of a host does not change while it is connected. */
export interface HostTraits {
  /** Null where it does not tell. */
  uuid: string | null;
  cpuModel: string | null;
  /** Its driver knows migration by the procedures with parameters. */
  canMigrate: boolean;
}

/** One migration to be judged. */
export interface PreflightCase {
  machine: Machine;
  needs: MigrationNeeds;
  plan: MigrationPlan;
  source: LibvirtSession;
  sourceTraits: HostTraits;
  destination: LibvirtSession;
  destinationTraits: HostTraits;
  options: CallOptions;
}

type Finding = Omit<MigrationCheck, 'id'>;

const ok = (params: Finding['params'] = {}): Finding => ({ level: 'ok', reason: 'ok', params });
const blocker = (reason: string, params: Finding['params'] = {}): Finding => ({ level: 'blocker', reason, params });
const warning = (reason: string, params: Finding['params'] = {}): Finding => ({ level: 'warning', reason, params });
const listed = (names: readonly string[]): string => [...new Set(names)].join(', ');

/** Asks both hosts whether the machine can migrate. A null finding has nothing to say. */
export async function preflight(ask: PreflightCase): Promise<MigrationCheck[]> {
  const host = judgeHost(ask);
  // Nothing else has a meaning then.
  if (host.level === 'blocker') return [{ id: 'host', ...host }];
  const places = ask.plan.storage === 'copy' ? await copyPlaces(ask.needs, ask.plan, ask.destination, ask.options) : [];
  const judged: [MigrationCheckId, Promise<Finding | null> | Finding | null][] = [
    ['host', host],
    ['owner', ask.machine.ownedByNova ? blocker('ownedByNova') : null],
    ['state', judgeState(ask)],
    ['clash', judgeClash(ask)],
    ['emulator', judgeEmulator(ask)],
    ['cpu', judgeCpu(ask)],
    ['networks', judgeNetworks(ask)],
    ['disks', judgeDisks(ask, places)],
    ['media', judgeMedia(ask)],
    ['space', judgeSpace(ask, places)],
    ['devices', judgeDevices(ask)],
    ['snapshots', judgeSnapshots(ask)],
    ['way', judgeWay(ask)],
  ];
  const findings = await Promise.all(judged.map(async ([id, finding]) => ({ id, finding: await finding })));
  return findings.flatMap(({ id, finding }) => (finding === null ? [] : [{ id, ...finding }]));
}

function isLive({ machine }: PreflightCase): boolean {
  return machine.state === 'running' || machine.state === 'paused';
}

function judgeHost({ sourceTraits, destinationTraits, source, destination }: PreflightCase): Finding {
  if (source === destination) return blocker('sameHost');
  const { uuid } = sourceTraits;
  if (uuid !== null && uuid === destinationTraits.uuid) return blocker('sameHost');
  if (!sourceTraits.canMigrate) return blocker('sourceCannot');
  if (!destinationTraits.canMigrate) return blocker('destinationCannot');
  return ok();
}

function judgeState(ask: PreflightCase): Finding | null {
  const { machine } = ask;
  if (machine.hasManagedSave) return blocker('savedMemory');
  if (isLive(ask)) return null;
  if (machine.state !== 'stopped') return blocker('otherState');
  return ask.plan.storage === 'copy' ? ok() : warning('offline');
}

/** libvirt takes over a definition of the same name and UUID that is off; anything else clashes. */
async function judgeClash({ machine, destination, options }: PreflightCase): Promise<Finding> {
  const [same, named] = await Promise.all([
    ifThere(destination.rpc.call('DOMAIN_LOOKUP_BY_UUID', { uuid: machine.id }, options)),
    ifThere(destination.rpc.call('DOMAIN_LOOKUP_BY_NAME', { name: machine.name }, options)),
  ]);
  if (named !== null && named.dom.uuid !== machine.id) return blocker('nameTaken', { machine: machine.name });
  if (same === null) return ok();
  if (same.dom.id >= 0) return blocker('runsThere');
  return same.dom.name === machine.name ? warning('definedThere') : blocker('uuidTaken', { machine: same.dom.name });
}

async function judgeEmulator({ needs, destination, options }: PreflightCase): Promise<Finding> {
  const { emulator, architecture, machineType, virtType } = needs;
  const args = { emulatorbin: emulator, arch: architecture, machine: machineType, virttype: virtType, flags: 0 };
  try {
    await destination.rpc.call('CONNECT_GET_DOMAIN_CAPABILITIES', args, options);
    return ok({ machineType: machineType ?? '' });
  } catch (thrown) {
    const message = libvirtWords(thrown);
    return blocker('notThere', { machineType: machineType ?? '', emulator: emulator ?? '', message });
  }
}

async function judgeCpu(ask: PreflightCase): Promise<Finding> {
  const { needs, sourceTraits, destinationTraits, destination, options } = ask;
  const { cpu, emulator, architecture, machineType, virtType } = needs;
  const models = { from: sourceTraits.cpuModel ?? '?', to: destinationTraits.cpuModel ?? '?' };
  const bad = (reason: string, params: Finding['params']): Finding =>
    isLive(ask) ? blocker(reason, params) : warning(reason, params);
  if (cpu === null) return ok();
  if (cpu.mode === 'host-passthrough' || cpu.mode === 'maximum') {
    if (virtType !== 'kvm' || models.from === models.to) return ok();
    return bad('otherHostCpu', models);
  }
  const place = { emulator, arch: architecture, machine: machineType, virttype: virtType };
  try {
    const args = { ...place, xmlCPU: cpu.xml, flags: 0 };
    const { result } = await destination.rpc.call('CONNECT_COMPARE_HYPERVISOR_CPU', args, options);
    return result === cpuIncompatible ? bad('incompatible', models) : ok();
  } catch (thrown) {
    return warning('notCompared', { message: libvirtWords(thrown) });
  }
}

async function judgeNetworks({ needs, destination, options }: PreflightCase): Promise<Finding> {
  const { rpc } = destination;
  const states = await Promise.all(
    needs.networks.map(async (name) => {
      const found = await ifThere(rpc.call('NETWORK_LOOKUP_BY_NAME', { name }, options));
      if (found === null) return { name, state: 'missing' };
      const { active } = await rpc.call('NETWORK_IS_ACTIVE', { net: found.net }, options);
      return { name, state: active === 0 ? 'inactive' : 'ok' };
    }),
  );
  const named = (state: string): string[] => states.filter((each) => each.state === state).map(({ name }) => name);
  if (named('missing').length > 0) return blocker('missing', { names: listed(named('missing')) });
  if (named('inactive').length > 0) return blocker('inactive', { names: listed(named('inactive')) });
  const unseen: string[] = [];
  for (const name of needs.hostInterfaces) {
    if (!(await hasInterface(destination, name, options))) unseen.push(name);
  }
  return unseen.length > 0 ? warning('bridgeNotSeen', { names: listed(unseen) }) : ok();
}

/** False also where the host tells of no interfaces at all: many are built without that. */
async function hasInterface({ rpc }: LibvirtSession, name: string, options: CallOptions): Promise<boolean> {
  try {
    return (await ifThere(rpc.call('INTERFACE_LOOKUP_BY_NAME', { name }, options))) !== null;
  } catch (thrown) {
    libvirtWords(thrown);
    return false;
  }
}

async function judgeDisks(ask: PreflightCase, places: readonly CopyPlace[]): Promise<Finding | null> {
  const { needs, plan } = ask;
  if (!needs.disks.some(({ isCopied, isCached }) => isCopied || isCached)) return null;
  if (plan.storage === 'copy') {
    const homeless = places.filter(({ pool }) => pool === null);
    if (homeless.length > 0) return blocker('noPool', { names: listed(homeless.map(({ path }) => path)) });
    const taken = places.filter(({ isTaken }) => isTaken);
    if (taken.length > 0) return blocker('taken', { names: listed(taken.map(({ path }) => path)) });
    const paths = places.map(({ path }) => path);
    const twice = paths.filter((path, at) => paths.indexOf(path) !== at);
    if (twice.length > 0) return blocker('twice', { names: listed(twice) });
    const uncopied = isLive(ask) ? null : await judgeVolumes(ask);
    return uncopied ?? ok({ names: listed(places.map(({ target }) => target)) });
  }
  const unseen = await notSeen(ask, ({ isCopied }) => isCopied);
  if (unseen.length > 0) return warning('notSeen', { names: listed(unseen) });
  const cached = needs.disks.filter(({ isCached }) => isCached).map(({ target }) => target);
  if (isLive(ask) && cached.length > 0 && !plan.allowUnsafe) return warning('cached', { names: listed(cached) });
  return warning('mustBeShared');
}

/** The disks of a machine that is off are copied as volumes, byte by byte: what they stand on would stay behind. */
async function judgeVolumes({ needs, source, options }: PreflightCase): Promise<Finding | null> {
  const copied = needs.disks.filter(({ isCopied }) => isCopied);
  const found = await Promise.all(copied.map((disk) => sourceVolume(disk, source, options)));
  const names = (test: (volume: (typeof found)[number]) => boolean): string[] =>
    copied.flatMap(({ target }, at) => (test(found[at] ?? null) ? [target] : []));
  const unknown = names((volume) => volume === null);
  if (unknown.length > 0) return blocker('notInPool', { names: listed(unknown) });
  const based = names((volume) => volume?.hasBase === true);
  return based.length > 0 ? blocker('hasBase', { names: listed(based) }) : null;
}

/** CDs and other disks that are not copied must be there by their path. */
async function judgeMedia(ask: PreflightCase): Promise<Finding | null> {
  const unseen = await notSeen(ask, ({ isCopied, path, type }) => !isCopied && path !== null && type === 'file');
  return unseen.length > 0 ? warning('notSeen', { names: listed(unseen) }) : null;
}

/** Those paths that no pool of the destination has. */
async function notSeen(
  { needs, destination, options }: PreflightCase,
  test: (disk: MigrationNeeds['disks'][number]) => boolean,
): Promise<string[]> {
  const paths = needs.disks.flatMap((disk) => (test(disk) && disk.type === 'file' ? (disk.path ?? []) : []));
  const found = await Promise.all(
    paths.map((path) => ifThere(destination.rpc.call('STORAGE_VOL_LOOKUP_BY_PATH', { path }, options))),
  );
  return paths.filter((_path, at) => found[at] === null);
}

async function judgeSpace(ask: PreflightCase, places: readonly CopyPlace[]): Promise<Finding | null> {
  const { machine, source, destination, options } = ask;
  const dom = domainRef(machine.id, machine.name);
  const needed = new Map<string, { pool: NonNullable<CopyPlace['pool']>; bytes: number }>();
  for (const { target, pool } of places) {
    if (pool === null) continue;
    const { capacity } = await source.rpc.call('DOMAIN_GET_BLOCK_INFO', { dom, path: target, flags: 0 }, options);
    needed.set(pool.uuid, { pool, bytes: (needed.get(pool.uuid)?.bytes ?? 0) + capacity });
  }
  let last: Finding | null = null;
  for (const { pool, bytes } of needed.values()) {
    const { available } = await destination.rpc.call('STORAGE_POOL_GET_INFO', { pool }, options);
    const params = { pool: pool.name, neededBytes: bytes, freeBytes: available };
    if (available < bytes) return blocker('tooSmall', params);
    last = ok(params);
  }
  return last;
}

function judgeDevices(ask: PreflightCase): Finding {
  const { hostDevices, doubtfulDevices } = ask.needs;
  if (hostDevices.length > 0 && isLive(ask)) return blocker('hostDevices', { names: listed(hostDevices) });
  if (hostDevices.length > 0) return warning('hostDevicesOff', { names: listed(hostDevices) });
  return doubtfulDevices.length > 0 ? warning('doubtful', { names: listed(doubtfulDevices) }) : ok();
}

async function judgeSnapshots({ machine, source, options }: PreflightCase): Promise<Finding> {
  const dom = domainRef(machine.id, machine.name);
  const args = { dom, needResults: 0, flags: 0 };
  const [snapshots, checkpoints] = await Promise.all([
    source.rpc.call('DOMAIN_LIST_ALL_SNAPSHOTS', args, options),
    // Older than checkpoints: then there are none.
    source.rpc.call('DOMAIN_LIST_ALL_CHECKPOINTS', args, options).catch((thrown: unknown) => {
      if (AppError.from(thrown).code !== 'UNSUPPORTED') throw thrown;
      return { ret: 0 };
    }),
  ]);
  if (snapshots.ret > 0) return blocker('snapshots', { count: snapshots.ret });
  return checkpoints.ret > 0 ? blocker('checkpoints', { count: checkpoints.ret }) : ok();
}

function judgeWay({ plan }: PreflightCase): Finding | null {
  return plan.way === 'peer2peer' && plan.peerUri === '' ? blocker('noPeerUri') : null;
}

/** What libvirt said. Throws an error of any other kind again, which is none of the pre-flight. */
function libvirtWords(thrown: unknown): string {
  const error = AppError.from(thrown);
  if (error.source?.kind !== 'libvirt') throw error;
  return error.detail;
}
