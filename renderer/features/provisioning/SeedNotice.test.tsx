import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import type { Machine, MachineDetails } from '../../../shared/contract/machines.ts';
import {
  renderWithCore,
  StandInCore,
  standInError,
  standInMachine,
  standInTask,
} from '../../testing/stand-in-core.tsx';
import { SeedNotice } from './SeedNotice.tsx';

const MARK = `<seed:seed xmlns:seed='urn:virtdeck:seed:1' pool='p' volume='v' path='/v'/>`;
let core: StandInCore;

beforeEach(() => {
  core = new StandInCore({ 'provisioning.removeSeed': () => ({ taskId: 't1' }) });
});

function show(text: string, machine: Partial<Machine> = {}): void {
  const details: MachineDetails = { facts: [], addresses: [], document: { language: 'xml', text }, hasUsage: true };
  renderWithCore(
    core,
    <SeedNotice machine={standInMachine({ kind: 'domain', ...machine })} details={details} isOnline />,
  );
  core.snapshot('tasks.watch', []);
}
const button = (): HTMLElement => screen.getByRole('button', { name: 'Remove it now' });

it('says nothing where there is no seed', () => {
  show('<domain/>');
  expect(screen.queryByRole('alert')).toBeNull();
});

it('removes the seed, and says why it could not', async () => {
  show(`<domain><metadata>${MARK}</metadata></domain>`);
  await userEvent.click(button());
  expect(core.inputsOf('provisioning.removeSeed')).toEqual([{ connectionId: 'c1', id: 'm1' }]);
  const error = standInError({ code: 'BUSY', detail: 'the volume is in use' });
  act(() => core.patch('tasks.watch', [standInTask({ id: 't1', status: 'failed', endedAt: 2, error })]));
  expect(await screen.findByText(/is busy|busy/i)).toBeVisible();
  expect(button()).toBeEnabled();
});

it("leaves a machine of Nova's alone", () => {
  show(MARK, { ownedByNova: true });
  expect(button()).toBeDisabled();
});
