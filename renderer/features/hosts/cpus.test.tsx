import { act, configure, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CompareCpusInput, CpuComparison, NamedCpu } from '../../../shared/contract/cpu-comparison.ts';
import {
  renderWithCore,
  standInConnection,
  StandInCore,
  standInError,
  standInMachine,
} from '../../testing/stand-in-core.tsx';
import { CpusTab } from './CpusTab.tsx';

const user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
configure({ defaultHidden: true });
const named = (model: string, ...features: string[]): NamedCpu => ({
  model,
  vendor: 'AMD',
  features: features.map((name) => ({ name, policy: 'require' })),
});
const own = standInConnection();
const other = standInConnection({ id: 'c2', name: 'kvm2' });
const down = standInConnection({ id: 'c3', name: 'kvm3', phase: 'off' });
let core: StandInCore;
let comparison: CpuComparison;

beforeEach(() => {
  const rome = named('EPYC-Rome', 'aes', 'svm', 'wbnoinvd');
  rome.features.push({ name: 'monitor', policy: 'disable' });
  comparison = {
    hosts: [
      { connectionId: 'c1', cpu: rome, verdict: 'superset', error: null },
      { connectionId: 'c2', cpu: named('EPYC', 'aes', 'svm', 'monitor'), verdict: 'identical', error: null },
    ],
    common: { cpu: named('EPYC', 'aes'), xml: '<cpu><model>EPYC</model></cpu>' },
    error: null,
  };
  core = new StandInCore({
    'hosts.compareCpus': ({ connectionIds }: CompareCpusInput) => ({
      ...comparison,
      hosts: comparison.hosts.filter(({ connectionId }) => connectionIds.includes(connectionId)),
    }),
    'hardware.change': () => ({ taskId: 't1' }),
  });
});

async function open(...connections: (typeof own)[]): Promise<void> {
  renderWithCore(core, <CpusTab connection={own} />);
  act(() => {
    core.snapshot('connections.watch', [own, ...connections]);
    core.snapshot('tasks.watch', []);
  });
  await screen.findByRole('region', { name: 'Common CPU' });
}

describe('the CPUs of hosts', () => {
  it('are compared: what differs, what all can have, and who can run that', async () => {
    await open(other, down);
    const table = await screen.findByRole('table', { name: 'Features that differ' });
    const rows = (): (string | null)[] =>
      within(table)
        .getAllByRole('row')
        .map(({ textContent }) => textContent);
    expect(rows()).toEqual(['Featurekvm1kvm2', 'monitorNoYes', 'wbnoinvdYesNo']);
    await user.click(screen.getByRole('switch', { name: 'Show all 4' }));
    expect(rows()).toContain('aesYesYes');
    const common = screen.getByRole('region', { name: 'Common CPU' });
    expect(within(common).getByText('can run it, has more')).toBeVisible();
    expect(within(common).getByLabelText('XML of the common CPU')).toHaveTextContent('<cpu><model>EPYC</model></cpu>');
    expect(core.inputsOf('hosts.compareCpus').at(-1)).toEqual({ connectionIds: ['c1', 'c2'] });
    expect(screen.getByRole('checkbox', { name: 'kvm3 (not connected)' })).toBeDisabled();
    await user.click(screen.getByRole('switch', { name: 'Show all 4' }));
    await user.click(screen.getByRole('checkbox', { name: 'kvm2' }));
    expect(await screen.findByText(/^It has 3 features/)).toBeVisible();
  });

  it('are given to machines of those hosts that can run them', async () => {
    await open();
    await user.click(screen.getByRole('button', { name: 'Use this CPU…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Use the common CPU' });
    act(() =>
      core.snapshot('machines.watch', [
        standInMachine({ name: 'here' }),
        standInMachine({ id: 'm2', connectionId: 'c2', name: 'there' }),
        standInMachine({ id: 'm3', name: 'novas', ownedByNova: true }),
        standInMachine({ id: 'm4', name: 'transient', persistent: false }),
      ]),
    );
    await user.click(within(dialog).getByRole('combobox', { name: 'Machines' }));
    expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual(['here']);
    await user.click(screen.getByRole('option', { name: 'here' }));
    await user.click(within(dialog).getByRole('button', { name: 'Use' }));
    expect(core.inputsOf('hardware.change')).toEqual([
      {
        connectionId: 'c1',
        id: 'm1',
        when: 'next',
        change: { what: 'cpu', mode: 'custom', model: 'EPYC', features: [{ name: 'aes', policy: 'require' }] },
      },
    ]);
  });

  it('say which host cannot be read, and that one alone is not compared', async () => {
    comparison = {
      hosts: [{ connectionId: 'c1', cpu: null, verdict: null, error: standInError({ code: 'UNSUPPORTED' }) }],
      common: null,
      error: null,
    };
    await open();
    expect(screen.getByText(/Connect another KVM host/)).toBeVisible();
    expect(screen.getByText('None of these hosts could be read.')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Use this CPU…' })).toBeNull();
  });
});
