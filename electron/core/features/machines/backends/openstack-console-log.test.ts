import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ConsoleLogChunk } from '../../../../../shared/contract/machines.ts';
import { FakeClock } from '../../../kernel/clock.ts';
import { openCloud, StandInCloud, type CloudFixture } from '../../../openstack/stand-in-cloud.ts';
import { newPart, watchServerConsoleLog } from './openstack-console-log.ts';

const line = (n: number): string => `[${String(n).padStart(6)}] something happened\n`;
const log = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_value, index) => line(from + index)).join('');

it.each<[string, string, string, ConsoleLogChunk | null]>([
  ['nothing new', 'a', 'a', null],
  ['more at the end', 'a', 'ab', { mode: 'append', text: 'b' }],
  ['the beginning has moved out', log(0, 100), log(50, 102), { mode: 'append', text: log(100, 102) }],
  ['started anew', log(0, 100), log(200, 203), { mode: 'replace', text: log(200, 203) }],
  ['short, and something else', 'abc', 'xyz', { mode: 'replace', text: 'xyz' }],
  ['emptied', 'abc', '', { mode: 'replace', text: '' }],
  [
    'the same line again and again',
    'x'.repeat(2_000),
    `y${'x'.repeat(3_000)}`,
    {
      mode: 'replace',
      text: `y${'x'.repeat(3_000)}`,
    },
  ],
])('%s', (_what, before, now, chunk) => {
  expect(newPart(before, now)).toEqual(chunk);
});

let stand: StandInCloud;
let fixture: CloudFixture;
let clock: FakeClock;
let answers: { status?: number; json: unknown }[];

beforeEach(async () => {
  stand = await StandInCloud.start();
  clock = new FakeClock();
  fixture = openCloud(stand.target(), { clock });
  stand.nova('POST', '/v2.1/servers/s1/action', () => answers.shift() ?? { json: { output: 'never' } });
});
afterEach(async () => {
  await fixture.close();
  await stand.server.close();
});

it('reads every three seconds, waits while there is no console yet, and ends with its watcher', async () => {
  answers = [
    { status: 409, json: { conflictingRequest: { code: 409, message: 'instance is building' } } },
    { json: { output: 'boot\n' } },
    { json: { output: 'boot\n' } },
    { json: { output: 'boot\nlogin: <script>' } },
  ];
  const watching = new AbortController();
  const chunks: ConsoleLogChunk[] = [];
  const done = (async () => {
    for await (const chunk of watchServerConsoleLog(fixture.cloud, { id: 's1', name: 'web' }, watching.signal))
      chunks.push(chunk);
  })();
  for (const asked of [1, 2, 3, 4]) {
    await expect.poll(() => stand.server.count(/action/)).toBe(asked);
    await expect.poll(async () => (await clock.advance(0), clock.pendingTimers)).toBe(1);
    if (asked < 4) await clock.advance(3_000);
  }
  watching.abort();
  await done;
  expect(chunks).toEqual([
    { mode: 'replace', text: 'boot\n' },
    { mode: 'append', text: 'login: <script>' },
  ]);
  expect(clock.pendingTimers).toBe(0);
});

it.each([
  [501, 'UNSUPPORTED'],
  [404, 'MACHINE_GONE'],
])('HTTP %i is %s', async (status, code) => {
  answers = [{ status, json: { fault: { code: status, message: 'no' } } }];
  const { signal } = new AbortController();
  const reading = watchServerConsoleLog(fixture.cloud, { id: 's1', name: 'web' }, signal);
  await expect(reading.next()).rejects.toMatchObject({ code });
});
