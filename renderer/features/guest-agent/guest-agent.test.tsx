import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { SnackbarProvider } from 'notistack';
import { MemoryRouter } from 'react-router';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AgentState, GuestInfo } from '../../../shared/contract/guest-agent.ts';
import { CoreProvider } from '../../core-client/core.tsx';
import { createI18n } from '../../i18n/index.ts';
import { StandInCore, standInError, standInMachine, standInTask } from '../../testing/stand-in-core.tsx';
import { GuestAgentTab } from './GuestAgentTab.tsx';
import { clockText, offsetText } from './guest-text.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx9qbqv0Jk1 ann@laptop';
const user = userEvent.setup();
let core: StandInCore;
let state: AgentState;
let info: () => GuestInfo;

const told: GuestInfo = {
  hostName: 'web-01',
  osName: 'Debian 12 <b>',
  kernel: '6.1.0',
  architecture: 'x86_64',
  timeZone: 'CET',
  utcOffsetSeconds: 3_600,
  clockAheadSeconds: -300,
  users: [{ name: 'ann', domain: null, loggedInAt: null }],
  fileSystems: [
    { mountPoint: '/', device: 'vda1', type: 'xfs', totalBytes: 1024 ** 3, usedBytes: 512 * 1024 ** 2, disks: ['vda'] },
  ],
  interfaces: [{ name: 'eth0', mac: null, addresses: ['192.0.2.7/24'] }],
};

beforeEach(() => {
  state = 'connected';
  info = () => told;
  core = new StandInCore({
    'guestAgent.state': () => state,
    'guestAgent.info': () => info(),
    'guestAgent.sshKeys': () => [KEY],
    'guestAgent.trim': () => ({ taskId: 't1' }),
    'guestAgent.freeze': () => ({ taskId: 't1' }),
    'guestAgent.setPassword': () => ({ taskId: 't1' }),
    'guestAgent.changeSshKeys': () => ({ taskId: 't1' }),
    'tasks.cancel': () => undefined,
  });
});

async function open(machine = standInMachine()): Promise<void> {
  render(
    <CoreProvider link={core.link}>
      <SnackbarProvider>
        <MemoryRouter>
          <GuestAgentTab machine={machine} isOnline />
        </MemoryRouter>
      </SnackbarProvider>
    </CoreProvider>,
  );
  await waitFor(() => expect(core.inputsOf('guestAgent.state').length).toBeGreaterThan(0));
}

describe('an agent out of reach', () => {
  it.each([
    ['noChannel', 'The machine has no channel for the agent'],
    ['silent', 'The guest does not answer'],
    ['notRunning', 'The machine does not run'],
  ] as const)('is said to be so: %s', async (which, title) => {
    state = which;
    await open();
    expect(await screen.findByRole('heading', { name: title })).toBeVisible();
    expect(screen.queryAllByRole('link', { name: 'Add it in the hardware' })).toHaveLength(
      which === 'noChannel' ? 1 : 0,
    );
    expect(core.inputsOf('guestAgent.info')).toEqual([]);
  });
});

describe('an agent that answers', () => {
  it('tells of the system, who is there, and how full the disks are', async () => {
    await open();
    expect(await screen.findByText('Debian 12 <b>')).toBeVisible();
    expect(screen.getByText('CET · UTC+01:00')).toBeVisible();
    expect(screen.getByText('5 minutes behind this computer')).toBeVisible();
    expect(screen.getByText('ann')).toBeVisible();
    expect(screen.getByRole('progressbar', { name: 'Use of /' })).toHaveAttribute('aria-valuenow', '50');
    expect(screen.getByText('192.0.2.7/24')).toBeVisible();
  });

  it('trims at once, and freezes after a warning for a time that is possible', async () => {
    await open();
    await user.click(await screen.findByRole('button', { name: 'Trim disks' }));
    await waitFor(() => expect(core.inputsOf('guestAgent.trim')).toEqual([{ connectionId: 'c1', id: 'm1' }]));
    await user.click(screen.getByRole('button', { name: 'Freeze' }));
    const seconds = await screen.findByRole('textbox', { name: 'Seconds until they are thawed' });
    await user.clear(seconds);
    await user.type(seconds, '0');
    expect(seconds).toHaveAccessibleDescription('A whole number from 1 to 600');
    await user.clear(seconds);
    await user.type(seconds, '30');
    await user.click(screen.getByRole('button', { name: 'Freeze' }));
    await waitFor(() => expect(core.inputsOf('guestAgent.freeze')).toMatchObject([{ seconds: 30 }]));
  });

  it('says that it is frozen, and thaws', async () => {
    await open();
    await screen.findByText('Debian 12 <b>');
    act(() => core.snapshot('tasks.watch', [standInTask({ id: 't9', kind: 'guestAgent.freeze', step: 'frozen' })]));
    await user.click(await screen.findByRole('button', { name: 'Thaw now' }));
    await waitFor(() => expect(core.inputsOf('tasks.cancel')).toEqual([{ id: 't9' }]));
    expect(screen.getByRole('button', { name: 'Trim disks' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Thaw' })).toBeEnabled();
  });

  it('sets a password that was typed twice the same', async () => {
    await open();
    await user.click(await screen.findByRole('button', { name: 'Set password' }));
    const submit = screen.getAllByRole('button', { name: 'Set password' }).at(-1) as HTMLElement;
    await user.type(screen.getByLabelText('New password'), 'secret');
    await user.type(screen.getByLabelText('New password again'), 'secrets');
    expect(screen.getByText('The two are not the same')).toBeVisible();
    expect(submit).toBeDisabled();
    await user.type(screen.getByLabelText('New password again'), '{Backspace}');
    await user.click(submit);
    await waitFor(() =>
      expect(core.inputsOf('guestAgent.setPassword')).toEqual([
        { connectionId: 'c1', id: 'm1', user: 'root', password: 'secret' },
      ]),
    );
  });

  it('shows the keys of a user, and adds one that is a key', async () => {
    await open();
    await user.click(await screen.findByRole('button', { name: 'Show keys' }));
    expect(await screen.findByText(/ssh-ed25519 ….*ann@laptop/)).toBeVisible();
    expect(core.inputsOf('guestAgent.sshKeys')).toEqual([{ connectionId: 'c1', id: 'm1', user: 'ann' }]);
    await user.click(screen.getByRole('button', { name: 'Add key' }));
    const key = await screen.findByRole('textbox', { name: 'Public key' });
    await user.type(key, 'no key');
    expect(key).toHaveAccessibleDescription('That is no public SSH key on one line');
    await user.clear(key);
    await user.type(key, KEY);
    await user.click(screen.getAllByRole('button', { name: 'Add key' }).at(-1) as HTMLElement);
    await waitFor(() =>
      expect(core.inputsOf('guestAgent.changeSshKeys')).toMatchObject([{ user: 'ann', add: [KEY], remove: [] }]),
    );
  });

  it('shows why it tells nothing, in its own words', async () => {
    info = () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- The stand-in answers with what is thrown.
      throw standInError({ code: 'LIBVIRT_ERROR', params: { message: 'agent is busy' }, detail: 'agent is busy' });
    };
    await open();
    expect((await screen.findAllByText(/agent is busy/)).length).toBeGreaterThan(0);
  });

  it('is not asked for changes of a machine of OpenStack', async () => {
    await open(standInMachine({ ownedByNova: true }));
    expect(await screen.findByRole('button', { name: 'Freeze' })).toBeDisabled();
  });
});

it('says offsets and clocks in words', () => {
  const { t } = createI18n('en');
  expect([offsetText(0), offsetText(19_800), offsetText(-12_600)]).toEqual(['UTC+00:00', 'UTC+05:30', 'UTC−03:30']);
  expect(clockText(1, t, 'en')).toBe('Right');
  expect(clockText(90, t, 'en')).toBe('90 seconds ahead of this computer');
  expect(clockText(-7_200, t, 'en')).toBe('2 hours behind this computer');
  expect(clockText(864_000, t, 'en')).toBe('10 days ahead of this computer');
});
