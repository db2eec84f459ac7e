import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { MachineNotes } from '../../../shared/model/notes.ts';
import { renderWithCore, standInConnection, StandInCore, standInMachine } from '../../testing/stand-in-core.tsx';
import { NotesDialog } from './NotesDialog.tsx';
import { TagsDialog } from './TagsDialog.tsx';
import { useReadTags } from './use-read-tags.ts';

const user = userEvent.setup();
const onClose = vi.fn();
const machine = standInMachine();
let core: StandInCore;

beforeEach(() => {
  onClose.mockClear();
  core = new StandInCore({
    'notes.edit': () => ({ taskId: 't1' }),
    'notes.changeTags': () => ({ taskIds: ['t1', 't2'] }),
    'machines.look': () => undefined,
  });
});

/** What the core tells of the notes, now and whenever they change. */
function tell(notes: MachineNotes): void {
  act(() => {
    for (const sink of core.open.get('notes.watch') ?? []) sink.next({ result: { type: 'data', data: notes } });
  });
}

const written: MachineNotes = { tags: ['web'], folder: 'shop', notes: 'ask Ann' };

describe('the notes of a machine', () => {
  async function open(): Promise<void> {
    renderWithCore(core, <NotesDialog machine={machine} onClose={onClose} />);
    await waitFor(() => expect(core.open.get('notes.watch')?.size).toBe(1));
    tell(written);
    await screen.findByRole('textbox', { name: 'Notes' });
  }
  const save = (): HTMLElement => screen.getByRole('button', { name: 'Save' });

  it('are sent with what they were when the form was filled', async () => {
    await open();
    await user.type(screen.getByRole('combobox', { name: 'Tags' }), 'db, new');
    await user.clear(screen.getByRole('textbox', { name: 'Folder' }));
    await user.type(screen.getByRole('textbox', { name: 'Notes' }), ' & Bob');
    await user.click(save());
    await waitFor(() =>
      expect(core.inputsOf('notes.edit')).toEqual([
        {
          connectionId: 'c1',
          id: 'm1',
          before: written,
          after: { tags: ['web', 'db', 'new'], folder: null, notes: 'ask Ann & Bob' },
        },
      ]),
    );
  });

  it('says a wrong folder at the field, and sends nothing', async () => {
    await open();
    const folder = screen.getByRole('textbox', { name: 'Folder' });
    await user.type(folder, '//x');
    expect(folder).toHaveAccessibleDescription(/none empty/);
    expect(save()).toBeDisabled();
  });

  it('says that somebody else has changed them, and keeps what was typed until the person chooses', async () => {
    await open();
    const notes = screen.getByRole('textbox', { name: 'Notes' });
    await user.type(notes, '!');
    await user.type(screen.getByRole('combobox', { name: 'Tags' }), 'mine ');
    tell({ ...written, tags: ['theirs'], notes: 'ask Carol' });
    expect(screen.getByRole('alert')).toHaveTextContent('Somebody else');
    expect(notes).toHaveValue('ask Ann!');
    expect(save()).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Write mine' }));
    expect(screen.queryByRole('alert')).toBeNull();
    await user.click(save());
    await waitFor(() =>
      expect(core.inputsOf('notes.edit')).toMatchObject([
        { before: { notes: 'ask Carol' }, after: { tags: ['theirs', 'mine'], notes: 'ask Ann!' } },
      ]),
    );
  });
});

it('adds tags to many machines and takes some away', async () => {
  const machines = [machine, standInMachine({ id: 'm2', name: 'db-01', tags: ['old', 'web'] })];
  renderWithCore(core, <TagsDialog machines={machines} onClose={onClose} />);
  expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
  await user.type(screen.getByRole('combobox', { name: 'Add tags' }), 'prod{Enter}');
  await user.click(screen.getByRole('combobox', { name: 'Remove tags' }));
  await user.click(await screen.findByRole('option', { name: 'old' }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(core.inputsOf('notes.changeTags')).toEqual([
      {
        machines: [
          { connectionId: 'c1', id: 'm1' },
          { connectionId: 'c1', id: 'm2' },
        ],
        add: ['prod'],
        remove: ['old'],
      },
    ]),
  );
});

describe('tags of machines that are not on the screen', () => {
  function Probe({ machines, isNeeded }: { machines: Machine[]; isNeeded: boolean }) {
    const rows = machines.map((each) => ({ machine: each, isOnline: true }));
    return <p>{useReadTags(rows, isNeeded)}</p>;
  }
  const machines = [
    machine,
    standInMachine({ id: 'm2', tags: null }),
    standInMachine({ id: 'i1', kind: 'instance', tags: null }),
  ];

  it('are read when something needs them', async () => {
    renderWithCore(core, <Probe machines={machines} isNeeded />);
    expect(screen.getByText('1')).toBeVisible();
    await waitFor(() => expect(core.inputsOf('machines.look')).toEqual([{ connectionId: 'c1', ids: ['m2'] }]));
  });

  it('are left alone else', () => {
    act(() => core.snapshot('connections.watch', [standInConnection()]));
    renderWithCore(core, <Probe machines={machines} isNeeded={false} />);
    expect(screen.getByText('0')).toBeVisible();
    expect(core.inputsOf('machines.look')).toEqual([]);
  });
});
