import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { TimelineEntry } from '../../../shared/contract/timeline.ts';
import { renderWithCore, StandInCore, standInError, standInMachine } from '../../testing/stand-in-core.tsx';
import { TimelineTab } from './TimelineTab.tsx';

const entry = (init: Partial<TimelineEntry>): TimelineEntry => ({
  id: 'e1',
  kind: 'started',
  reason: 'booted',
  subject: null,
  sizeBytes: null,
  level: 'info',
  timeMs: 1_000,
  count: 1,
  ...init,
});

async function open(messages: () => unknown): Promise<StandInCore> {
  const core = new StandInCore({ 'timeline.messages': messages });
  renderWithCore(core, <TimelineTab machine={standInMachine()} isOnline />);
  await waitFor(() => expect(core.open.get('timeline.watch')?.size).toBe(1));
  return core;
}
const rows = (): string[] =>
  within(screen.getByRole('table', { name: 'Timeline' }))
    .getAllByRole('row')
    .slice(1)
    .map((row) =>
      [...row.querySelectorAll('td')]
        .slice(1)
        .map(({ textContent }) => textContent)
        .join(' | '),
    );

it('shows what happened in plain words, the newest first, and what comes', async () => {
  const core = await open(() => []);
  expect(screen.getByRole('status', { name: 'Reading the timeline' })).toBeVisible();
  act(() => core.snapshot('timeline.watch', []));
  expect(await screen.findByText('Nothing yet')).toBeVisible();
  act(() =>
    core.patch('timeline.watch', [
      entry({}),
      entry({
        id: 'e2',
        kind: 'ioError',
        reason: 'enospc',
        subject: 'virtio-disk0 /vm/a.img',
        level: 'error',
        timeMs: 2_000,
        count: 3,
      }),
    ]),
  );
  expect(rows()).toEqual([
    'Disk I/O error3 times | no space left on the host · virtio-disk0 /vm/a.img',
    'Started | normal start',
  ]);
  act(() =>
    core.patch(
      'timeline.watch',
      [
        entry({ id: 'e3', kind: 'job', reason: 'save.completed', timeMs: 3_000 }),
        entry({ id: 'e4', kind: 'balloon', reason: null, sizeBytes: 64 * 1024 ** 2, timeMs: 4_000 }),
        entry({ id: 'e5', kind: 'stopped', reason: '99', timeMs: 5_000 }),
      ],
      ['e1'],
    ),
  );
  expect(rows().slice(0, 3)).toEqual(['Stopped | 99', 'Memory changed | 64 MiB', 'Save: done | ']);
  expect(rows()).toHaveLength(4);
});

it('shows what libvirt remarks, as it says it', async () => {
  await open(() => ['tainted: custom <b>monitor</b> control commands']);
  expect(await screen.findByText('tainted: custom <b>monitor</b> control commands')).toBeVisible();
});

it('leaves the remarks out where libvirt is too old for them', async () => {
  const core = await open(() => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- The stand-in answers with what is thrown.
    throw standInError({ code: 'UNSUPPORTED' });
  });
  act(() => core.snapshot('timeline.watch', [entry({})]));
  expect(await screen.findByText('Started')).toBeVisible();
  expect(screen.queryByText('Not supported there')).toBeNull();
});
