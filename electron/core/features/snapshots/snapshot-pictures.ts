import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { ScreenPicture } from '../../../../shared/contract/screens.ts';
import type { SnapshotPicture, SnapshotPictureRef } from '../../../../shared/contract/snapshots.ts';
import type { Clock } from '../../kernel/clock.ts';
import { withTimeout } from '../../kernel/timing.ts';
import type { SnapshotPictureStore, SnapshotsNow } from './ports.ts';

/** A snapshot does not wait longer for its picture. */
const CAPTURE_TIMEOUT_MS = 4_000;

interface PictureDeps {
  store: SnapshotPictureStore;
  /** What the machine's screen shows. Throws where there is nothing to see. */
  capture: (ref: MachineRef, signal: AbortSignal) => Promise<ScreenPicture>;
  clock: Clock;
}

/** What the screens showed when snapshots were taken here. */
export class SnapshotPictures {
  readonly #deps: PictureDeps;

  constructor(deps: PictureDeps) {
    this.#deps = deps;
  }

  /** What the screen shows now; null where there is no picture of it within moments. */
  async take(ref: MachineRef, signal: AbortSignal): Promise<Buffer | null> {
    const { clock, capture } = this.#deps;
    try {
      const { png } = await withTimeout(clock, CAPTURE_TIMEOUT_MS, signal, 'screenshot', (limited) =>
        capture(ref, limited),
      );
      return Buffer.from(png, 'base64');
    } catch (thrown) {
      // The snapshot is what was asked for, not its picture: a machine that is off has none.
      if (signal.aborted) throw thrown;
      return null;
    }
  }

  /** Keeps a picture beside a snapshot that is there now. */
  async keep({ connectionId, id }: MachineRef, name: string, png: Buffer, { snapshots }: SnapshotsNow): Promise<void> {
    const createdAt = snapshots.find((each) => each.name === name)?.createdAt ?? null;
    if (createdAt !== null) await this.#deps.store.save({ connectionId, machineId: id, name, createdAt }, png);
  }

  /** The names of those of the machine's snapshots that have a picture. Pictures of others are removed. */
  sync({ connectionId, id }: MachineRef, { snapshots }: SnapshotsNow): Promise<string[]> {
    const dated = snapshots.flatMap(({ name, createdAt }) => (createdAt === null ? [] : [{ name, createdAt }]));
    return this.#deps.store.sync(connectionId, id, dated);
  }

  async read({ connectionId, id, name, createdAt }: SnapshotPictureRef): Promise<SnapshotPicture | null> {
    const png = await this.#deps.store.read({ connectionId, machineId: id, name, createdAt });
    return png === null ? null : { png: png.toString('base64') };
  }
}
