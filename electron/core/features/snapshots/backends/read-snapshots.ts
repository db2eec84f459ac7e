import type { DomainSnapshot, SnapshotOffer } from '../../../../../shared/contract/snapshots.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { domainXmlFlags } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { readDomainStorage } from '../../../libvirt/xml/domain-storage.ts';
import { inLineageOrder } from '../../../libvirt/xml/lineage.ts';
import { readSnapshotXml, type SnapshotXml } from '../../../libvirt/xml/snapshot-xml.ts';
import type { SnapshotsNow } from '../ports.ts';
import { formObstacle, removeObstacle, revertObstacle, snapshotDisks, type SnapshotFacts } from './snapshot-rules.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Each costs a call for its XML. */
const MAX_SNAPSHOTS = 500;

/** A snapshot as it was read. */
export interface ReadSnapshot extends SnapshotXml {
  name: string;
}

/** Snapshots of a domain in the order in which they were made, with what decides on them. */
export interface ReadSnapshots {
  facts: Omit<SnapshotFacts, 'snapshots'> & { snapshots: ReadSnapshot[] };
  /** Name of the current one; null where there is none. */
  current: string | null;
}

/** Reads the snapshots of a domain: four calls, and one for the XML of each. Rejects as the calls do. */
export async function readSnapshots(
  session: LibvirtSession,
  dom: DomainRef,
  known: Pick<SnapshotFacts, 'hasManagedSave' | 'libVersion'>,
  signal: AbortSignal,
): Promise<ReadSnapshots> {
  const options = { timeoutMs: CALL_TIMEOUT_MS, signal };
  const { rpc } = session;
  const [{ xml }, { snapshots: refs }, current, hasCheckpoints] = await Promise.all([
    rpc.call('DOMAIN_GET_XML_DESC', { dom, flags: domainXmlFlags.live }, options),
    rpc.call('DOMAIN_LIST_ALL_SNAPSHOTS', { dom, needResults: 1, flags: 0 }, options),
    orNull(rpc.call('DOMAIN_SNAPSHOT_CURRENT', { dom, flags: 0 }, options), 'NOT_FOUND'),
    // Older versions have no checkpoints.
    orNull(rpc.call('DOMAIN_LIST_ALL_CHECKPOINTS', { dom, needResults: 0, flags: 0 }, options), 'UNSUPPORTED'),
  ]);
  const read = await Promise.all(
    refs.slice(0, MAX_SNAPSHOTS).map(async (snap): Promise<ReadSnapshot | null> => {
      // Null where it was removed meanwhile.
      const found = await orNull(rpc.call('DOMAIN_SNAPSHOT_GET_XML_DESC', { snap, flags: 0 }, options), 'NOT_FOUND');
      return found === null ? null : { name: snap.name, ...readSnapshotXml(found.xml) };
    }),
  );
  const snapshots = inLineageOrder(read.filter((each) => each !== null));
  return {
    facts: {
      storage: readDomainStorage(xml),
      snapshots,
      hasCheckpoints: (hasCheckpoints?.ret ?? 0) > 0,
      ...known,
    },
    current: current?.snap.name ?? null,
  };
}

/** What is shown of them. */
export function overviewOf({ facts, current }: ReadSnapshots): SnapshotsNow {
  return {
    snapshots: facts.snapshots.map((snapshot): DomainSnapshot => {
      const { name, parent, description, createdAtMs, state, hasMemory, memoryFile, kind, disks } = snapshot;
      return {
        ...{ name, parent, description, state, hasMemory, memoryFile, kind },
        createdAt: createdAtMs,
        isCurrent: name === current,
        disks: disks.map(({ target }) => target),
        revertObstacle: revertObstacle(snapshot, facts),
        removeObstacle: removeObstacle(snapshot, facts),
      };
    }),
    offer: offerOf(facts),
  };
}

function offerOf(facts: SnapshotFacts): SnapshotOffer {
  const { storage } = facts;
  const disks = snapshotDisks(storage).map(({ target, layers: [{ path, format, type }] }) => {
    return { target, path, format, isFile: type === 'file' };
  });
  const path = disks.find(({ isFile }) => isFile)?.path ?? null;
  return {
    isRunning: storage.isRunning,
    hasAgent: storage.isAgentConnected,
    disks,
    folder: path === null ? null : path.slice(0, path.lastIndexOf('/')) || '/',
    obstacles: {
      internal: formObstacle('internal', facts),
      disks: formObstacle('disks', facts),
      full: formObstacle('full', facts),
    },
  };
}

async function orNull<T>(call: Promise<T>, code: 'NOT_FOUND' | 'UNSUPPORTED'): Promise<T | null> {
  try {
    return await call;
  } catch (thrown) {
    if (AppError.from(thrown).code === code) return null;
    throw thrown;
  }
}
