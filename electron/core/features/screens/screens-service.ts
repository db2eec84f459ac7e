import type { MachineRef } from '../../../../shared/contract/machines.ts';
import type { ScreenPicture } from '../../../../shared/contract/screens.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { Gate } from '../../kernel/gate.ts';
import { raceAbort } from '../../kernel/timing.ts';
import type { ScreensApi } from './api.ts';
import { toPng } from './picture.ts';
import type { ScreenBackend } from './ports.ts';

/** Where screens of a connection are seen, nowhere for a cloud. Throws NOT_FOUND, and DISCONNECTED while not online. */
type ScreenSource = (connectionId: string) => ScreenBackend | undefined;

/** Each picture keeps the guest's emulator busy for a moment, and several megabytes may cross the network. */
const PARALLEL_PER_CONNECTION = 2;
/** A wall shows fewer at once; whoever asks for more does not look at them. */
const MAX_WAITING = 200;

/** Pictures of the screens of all machines. */
export class ScreensService implements ScreensApi {
  readonly #source: ScreenSource;
  readonly #clock: Clock;
  readonly #gates = new Map<string, Gate>();
  /** Who asks for a picture that is being taken gets the same. */
  readonly #taking = new Map<string, Promise<ScreenPicture>>();

  constructor(source: ScreenSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  capture({ connectionId, id }: MachineRef, signal: AbortSignal): Promise<ScreenPicture> {
    const key = `${connectionId}/${id}`;
    const picture = this.#taking.get(key) ?? this.#start(key, connectionId, id);
    return raceAbort(picture, signal);
  }

  /** Taken for all, so that one caller's leaving does not take it from the others. */
  #start(key: string, connectionId: string, id: string): Promise<ScreenPicture> {
    const picture = this.#gate(connectionId)
      .run(() => this.#take(connectionId, id))
      .finally(() => this.#taking.delete(key));
    this.#taking.set(key, picture);
    return picture;
  }

  async #take(connectionId: string, id: string): Promise<ScreenPicture> {
    const backend = this.#source(connectionId);
    if (backend === undefined) throw new AppError('UNSUPPORTED', { params: { action: 'screenshot' } });
    const { bytes, widthPx, heightPx } = toPng(await backend.capture(id));
    return { png: bytes.toString('base64'), widthPx, heightPx, takenAt: this.#clock.now() };
  }

  #gate(connectionId: string): Gate {
    let gate = this.#gates.get(connectionId);
    if (gate === undefined) this.#gates.set(connectionId, (gate = new Gate(PARALLEL_PER_CONNECTION, MAX_WAITING)));
    return gate;
  }
}
