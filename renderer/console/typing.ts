import type RFB from '@novnc/novnc';
import { keys, keystrokesOf, type Combo } from './keys.ts';

/** A pasted text may be this long. */
export const MAX_TYPED = 10_000;
/** A guest's keyboard buffer holds few keys: slower than this nothing gets lost. */
const KEY_INTERVAL_MS = 12;

type KeySink = Pick<RFB, 'sendKey'>;

/** Presses all keys of the combination in order and lets go in reverse. */
export function sendCombo(client: KeySink, combo: Combo): void {
  for (const key of combo.keys) client.sendKey(key.keysym, key.code, true);
  for (const key of combo.keys.toReversed()) client.sendKey(key.keysym, key.code, false);
}

export interface Typing {
  /** Ends with the number of characters sent: all, or fewer where stopped. */
  done: Promise<number>;
  stop(): void;
}

/** Types a text key by key. `onProgress` is told how many characters went out. */
export function typeText(
  client: KeySink,
  text: string,
  onProgress: (sent: number) => void,
  setTimer: (ms: number, callback: () => void) => void = (ms, callback) => void window.setTimeout(callback, ms),
): Typing {
  const strokes = keystrokesOf(text.slice(0, MAX_TYPED));
  let isStopped = false;
  const done = new Promise<number>((resolve) => {
    const next = (at: number): void => {
      const stroke = strokes[at];
      if (stroke === undefined || isStopped) {
        resolve(at);
        return;
      }
      if (stroke.shift) client.sendKey(keys.shift.keysym, keys.shift.code, true);
      client.sendKey(stroke.keysym, stroke.code, true);
      client.sendKey(stroke.keysym, stroke.code, false);
      if (stroke.shift) client.sendKey(keys.shift.keysym, keys.shift.code, false);
      onProgress(at + 1);
      setTimer(KEY_INTERVAL_MS, () => next(at + 1));
    };
    next(0);
  });
  return { done, stop: () => (isStopped = true) };
}
