import type RFB from '@novnc/novnc';
import type { KeyboardId } from './keyboard-layouts.ts';
import { keys, type Combo } from './keys.ts';
import { keystrokesOf } from './keystrokes.ts';

/** A pasted text may be this long. */
export const MAX_TYPED = 10_000;
/** A guest's keyboard buffer holds few keys: slower than this nothing gets lost. */
const KEY_INTERVAL_MS = 12;

type KeySink = Pick<RFB, 'sendKey'>;

/** Presses all keys of the combination in order and lets go in reverse. */
export function sendCombo(client: KeySink, combo: Pick<Combo, 'keys'>): void {
  for (const key of combo.keys) client.sendKey(key.keysym, key.code, true);
  for (const key of combo.keys.toReversed()) client.sendKey(key.keysym, key.code, false);
}

export interface Typing {
  /** Ends with the number of characters sent: all, or fewer where stopped. */
  done: Promise<number>;
  stop(): void;
}

/** Types a text key by key on the guest's keyboard. `onProgress` is told how many characters went out. */
export function typeText(
  client: KeySink,
  text: string,
  keyboard: KeyboardId,
  onProgress: (sent: number) => void,
  setTimer: (ms: number, callback: () => void) => void = (ms, callback) => void window.setTimeout(callback, ms),
): Typing {
  const strokes = keystrokesOf(text.slice(0, MAX_TYPED), keyboard).flatMap((each, at) =>
    each.map((stroke, part) => ({ stroke, sent: at + (part === each.length - 1 ? 1 : 0) })),
  );
  let isStopped = false;
  const done = new Promise<number>((resolve) => {
    const next = (at: number): void => {
      const due = strokes[at];
      if (due === undefined || isStopped) {
        resolve(strokes[at - 1]?.sent ?? 0);
        return;
      }
      const { stroke, sent } = due;
      const held = [...(stroke.shift ? [keys.shift] : []), ...(stroke.altGr ? [keys.altGr] : [])];
      sendCombo(client, { keys: [...held, stroke] });
      onProgress(sent);
      setTimer(KEY_INTERVAL_MS, () => next(at + 1));
    };
    next(0);
  });
  return { done, stop: () => (isStopped = true) };
}
