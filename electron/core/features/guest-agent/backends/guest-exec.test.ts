import { expect, it } from 'vitest';
import { FakeClock } from '../../../kernel/clock.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import { openScriptedSession } from '../../../libvirt/session/fixtures/scripted-session.ts';
import { runInGuest } from './guest-exec.ts';

const dom = domainRef('1ab00000-0000-4000-8000-000000000001');
const ODD = `it's $(x) "<b>"`;

it('gives what a program printed, whatever its arguments are', async () => {
  const clock = new FakeClock();
  const { session, blocking } = await openScriptedSession(clock);
  const asked: unknown[] = [];
  const answer = async (value: object): Promise<void> => {
    const call = await blocking.takeCall('QEMU_DOMAIN_AGENT_COMMAND');
    const { cmd } = blocking.args('QEMU_DOMAIN_AGENT_COMMAND', call) as { cmd: string };
    asked.push(JSON.parse(cmd));
    blocking.reply('QEMU_DOMAIN_AGENT_COMMAND', call, { result: JSON.stringify({ return: value }) });
  };
  const run = runInGuest(session, dom, ['echo', ODD], { clock, signal: new AbortController().signal });
  await answer({ pid: 7 });
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  await answer({ exited: true, exitcode: 3, 'out-data': base64('out '), 'err-data': base64('error 😀') });
  expect(await run).toEqual({ command: ['echo', ODD], exitCode: 3, text: 'out error 😀' });
  expect(asked).toEqual([
    { execute: 'guest-exec', arguments: { path: 'echo', arg: [ODD], 'capture-output': true } },
    { execute: 'guest-exec-status', arguments: { pid: 7 } },
  ]);
});
