import { describe, expect, it } from 'vitest';
import { ctrlAltDel, keys } from './keys.ts';
import { MAX_TYPED, sendCombo, typeText } from './typing.ts';

describe('keys to the guest', () => {
  const record = (): { sent: string[]; sendKey: (keysym: number, code: string | null, down?: boolean) => void } => {
    const sent: string[] = [];
    return { sent, sendKey: (_keysym, code, down) => sent.push(`${down === true ? '+' : '-'}${code ?? ''}`) };
  };

  it('lets go of a combination in reverse', () => {
    const client = record();
    sendCombo(client, ctrlAltDel);
    expect(client.sent).toEqual(['+ControlLeft', '+AltLeft', '+Delete', '-Delete', '-AltLeft', '-ControlLeft']);
  });

  it('types a text with Shift, says how far it is, and can be stopped', async () => {
    const client = record();
    const timers: (() => void)[] = [];
    const progress: number[] = [];
    const typing = typeText(
      client,
      'aB!',
      'en-US',
      (sent) => progress.push(sent),
      (_ms, callback) => timers.push(callback),
    );
    expect(client.sent).toEqual(['+KeyA', '-KeyA']);
    timers.shift()!();
    expect(client.sent.slice(2)).toEqual(['+ShiftLeft', '+KeyB', '-KeyB', '-ShiftLeft']);
    typing.stop();
    timers.shift()!();
    expect(await typing.done).toBe(2);
    expect(progress).toEqual([1, 2]);
  });

  it('counts a letter once that takes two keys', async () => {
    const client = record();
    const progress: number[] = [];
    const typing = typeText(
      client,
      'ê@',
      'de',
      (sent) => progress.push(sent),
      (_ms, callback) => callback(),
    );
    expect(await typing.done).toBe(2);
    expect(progress).toEqual([0, 1, 2]);
    expect(client.sent).toEqual([
      '+Backquote',
      '-Backquote',
      '+KeyE',
      '-KeyE',
      '+AltRight',
      '+KeyQ',
      '-KeyQ',
      '-AltRight',
    ]);
  });

  it('is bounded', async () => {
    let presses = 0;
    const client = { sendKey: (keysym: number) => (presses += keysym === keys.enter.keysym ? 1 : 0) };
    let run: (() => void)[] = [];
    const typing = typeText(
      client,
      '\n'.repeat(MAX_TYPED * 2),
      'en-US',
      () => undefined,
      (_ms, callback) => run.push(callback),
    );
    while (run.length > 0) {
      const due = run;
      run = [];
      for (const callback of due) callback();
    }
    expect(await typing.done).toBe(MAX_TYPED);
    expect(presses).toBe(MAX_TYPED * 2);
  });
});
