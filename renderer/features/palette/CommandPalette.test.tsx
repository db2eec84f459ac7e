import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { SnackbarProvider } from 'notistack';
import { MemoryRouter, useLocation } from 'react-router';
import type { ReactNode } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { settingsSchema } from '../../../shared/contract/settings.ts';
import { useShell } from '../../app/shell-state.ts';
import { renderWithCore, standInConnection, StandInCore, standInMachine } from '../../testing/stand-in-core.tsx';
import { MachineActionsProvider } from '../machines/actions.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { bestFits, wordsOf } from './palette-search.ts';

let core: StandInCore;

function Where(): ReactNode {
  const { pathname, search } = useLocation();
  return <output aria-label="where">{`${pathname}${search}`}</output>;
}

function PaletteWhenOpen(): ReactNode {
  return useShell().isPaletteOpen ? <CommandPalette /> : null;
}

async function open(names: string[], recent: string[] = []): Promise<HTMLElement> {
  core = new StandInCore({
    'settings.get': () => settingsSchema.parse({ view: { 'palette.recent': recent } }),
    'machines.runAction': () => ({ taskIds: ['t1'] }),
  });
  const { rerender } = renderWithCore(core, null);
  const { settingsOf } = await import('../../app/settings-store.ts');
  await settingsOf(core.link).loaded();
  rerender(<></>);
  useShell.getState().show({ isPaletteOpen: true });
  renderWithCore(
    core,
    <MemoryRouter>
      <SnackbarProvider />
      <MachineActionsProvider>
        <PaletteWhenOpen />
        <Where />
      </MachineActionsProvider>
    </MemoryRouter>,
  );
  core.snapshot('connections.watch', [standInConnection()]);
  await waitFor(() => expect(core.open.get('machines.watch')?.size).toBe(1));
  core.snapshot(
    'machines.watch',
    names.map((name, at) => standInMachine({ id: `m${at}`, name, state: 'stopped' })),
  );
  const first = names[0];
  if (first !== undefined) await screen.findByRole('option', { name: new RegExp(`^${first}`) });
  return screen.getByRole('dialog', { name: 'Find and do' });
}

const options = (dialog: HTMLElement): string[] =>
  within(dialog)
    .getAllByRole('option')
    .map((option) => option.textContent);

beforeEach(() => useShell.setState({ isPaletteOpen: false, isTaskDrawerOpen: false, adding: null }));

describe('the command palette', () => {
  it('opens a machine with the keyboard alone and remembers it', async () => {
    const dialog = await open(['web-01', 'db-01']);
    const input = within(dialog).getByRole('combobox');
    expect(input).toHaveFocus();
    await userEvent.keyboard('db');
    await waitFor(() => expect(options(dialog)[0]).toMatch(/^db-01/));
    const chosen = within(dialog).getByRole('option', { selected: true });
    expect(input).toHaveAttribute('aria-activedescendant', chosen.id);
    await userEvent.keyboard('{Enter}');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByLabelText('where')).toHaveTextContent('/machines/c1/m1');
    await waitFor(() =>
      expect(core.inputsOf('settings.update')).toEqual([{ view: { 'palette.recent': ['open/c1/m1'] } }]),
    );
  });

  it('runs an action on a machine', async () => {
    const dialog = await open(['web-01', 'db-01']);
    await userEvent.keyboard('start web');
    await waitFor(() => expect(options(dialog)[0]).toMatch(/^Start web-01/));
    await userEvent.keyboard('{Enter}');
    await waitFor(() =>
      expect(core.inputsOf('machines.runAction')).toEqual([
        { action: 'start', machines: [{ connectionId: 'c1', id: 'm0' }] },
      ]),
    );
  });

  it('moves with the arrows, around the ends', async () => {
    const dialog = await open(['web-01']);
    const selected = (): string => within(dialog).getByRole('option', { selected: true }).textContent;
    expect(selected()).toMatch(/^Machines/);
    await userEvent.keyboard('{ArrowDown}');
    expect(selected()).toMatch(/^Screens/);
    await userEvent.keyboard('{ArrowUp}{ArrowUp}');
    expect(selected()).toMatch(/^Keyboard shortcuts/);
  });

  it('shows what was used last first', async () => {
    const dialog = await open(['web-01', 'db-01'], ['pages/settings', 'open/c1/m1', 'open/c1/gone']);
    await waitFor(() => expect(options(dialog).slice(0, 2)).toEqual(['Settings', 'db-01kvm1']));
  });

  it('says so when nothing fits, and closes with Escape', async () => {
    const dialog = await open(['web-01']);
    await userEvent.keyboard('zzzzqq');
    expect(await within(dialog).findByText('Nothing fits. Try fewer letters.')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('search', () => {
  const items = ['web-01', 'old-web', 'cobweb', 'db'].map((label) => ({
    label,
    keywords: label === 'db' ? 'web' : '',
  }));
  it('ranks by where the word is', () => {
    expect(bestFits(items, wordsOf(' WEB '), 10).map(({ label }) => label)).toEqual([
      'web-01',
      'old-web',
      'cobweb',
      'db',
    ]);
    expect(bestFits(items, wordsOf('web 01'), 10).map(({ label }) => label)).toEqual(['web-01']);
  });
});
