import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { NetworkFilter } from '../../../shared/contract/network-filters.ts';
import { filterTemplates } from '../../../shared/model/filter-templates.ts';
import { CoreProvider } from '../../core-client/core.tsx';
import { standInConnection, StandInCore, standInError, standInTask } from '../../testing/stand-in-core.tsx';
import { FilterPage } from './FilterPage.tsx';
import { SecurityGroupsPage } from './SecurityGroupsPage.tsx';

// Looking through all styles for each click takes seconds here.
const user = userEvent.setup({ pointerEventsCheck: 0 });
let core: StandInCore;

beforeEach(() => {
  // jsdom has no layout, and without a height the table would show no row.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1600);
  core = new StandInCore({ 'networkFilters.change': () => ({ taskId: 't1' }) });
});
afterEach(() => vi.restoreAllMocks());

function filter(init: Partial<NetworkFilter> = {}): NetworkFilter {
  return {
    ...{ id: 'f1', connectionId: 'c1', name: 'web', chain: 'root', priority: null },
    ...{ entries: [...filterTemplates.ssh], referredBy: [], usedBy: [] },
    ...init,
  };
}

async function open(at: string, filters: NetworkFilter[] | null, connections = [standInConnection()]): Promise<void> {
  const routes = [
    { path: '/security-groups', Component: SecurityGroupsPage },
    { path: '/security-groups/:connectionId/:filterId', Component: FilterPage },
  ];
  render(
    <CoreProvider link={core.link}>
      <RouterProvider router={createMemoryRouter(routes, { initialEntries: [at] })} />
    </CoreProvider>,
  );
  act(() => core.snapshot('connections.watch', connections));
  if (filters === null) return;
  await waitFor(() => expect(core.inputsOf('networkFilters.watch')).toEqual([{ connectionId: 'c1' }]));
  act(() => core.snapshot('networkFilters.watch', filters));
}

it.each([
  ['a hypervisor without filters', 'UNSUPPORTED', /kvm1 has no network filters/],
  ['somebody who may only look', 'LIBVIRT_PERMISSION', /libvirt does not let/],
] as const)('says what is amiss for %s', async (_who, code, words) => {
  await open('/security-groups', null);
  await waitFor(() => expect(core.open.get('networkFilters.watch')?.size).toBe(1));
  act(() => core.fail('networkFilters.watch', standInError({ code, retryable: false })));
  expect(await screen.findByText(words)).toBeInTheDocument();
});

it('says who a filter is used by is not known, and keeps what is there while the host is away', async () => {
  await open('/security-groups/c1/f1', [filter({ usedBy: null })], [standInConnection({ phase: 'failed' })]);
  expect(await screen.findByText('Add rule')).toBeDisabled();
  await user.click(screen.getByText('Used by'));
  expect(screen.getByText(/is not known/)).toBeInTheDocument();
});

it('keeps a rule that the host does not take, with its words', async () => {
  await open('/security-groups/c1/f1', [filter()]);
  await user.click(await screen.findByLabelText('Change rule 1', { selector: 'button' }));
  const dialog = within(screen.getByRole('dialog'));
  const port = dialog.getByLabelText('Destination port');
  await user.clear(port);
  await user.paste('22-');
  expect(port).toHaveValue('22-');
  await user.paste('20');
  expect(dialog.getByText('The end lies before the start')).toBeInTheDocument();
  expect(dialog.getByText('Save')).toBeDisabled();
  await user.paste('0');
  await user.click(dialog.getByText('Save'));
  const [before] = filterTemplates.ssh;
  expect(core.inputsOf('networkFilters.change')).toEqual([
    {
      ...{ connectionId: 'c1', filterId: 'f1' },
      change: {
        ...{ what: 'replace', index: 0, before },
        after: { ...before, values: { dstportstart: '22', dstportend: '200' } },
      },
    },
  ]);
  const error = standInError({ code: 'CONFLICT', params: { action: 'change', reason: 'entryGone' } });
  act(() => core.snapshot('tasks.watch', [standInTask({ id: 't1', status: 'failed', endedAt: 2_000, error })]));
  expect(await dialog.findByText(/somebody has changed or removed it/)).toBeInTheDocument();
  expect(port).toHaveValue('22-200');
});

it('shows attributes that have no field, and sends them back as they were', async () => {
  const odd = {
    kind: 'rule',
    action: 'accept',
    direction: 'in',
    priority: 5,
    isStateful: true,
    isInverted: false,
  } as const;
  const values = { srcipaddr: '$IP', ipset: 'friends', ipsetflags: 'src' };
  await open('/security-groups/c1/f1', [filter({ entries: [{ ...odd, protocol: 'all', values }] })]);
  expect((await screen.findByText('$IP')).closest('tr')).toHaveTextContent('$IPAnyipset=friends, ipsetflags=src');
  await user.click(screen.getByLabelText('Change rule 1', { selector: 'button' }));
  const dialog = within(screen.getByRole('dialog'));
  expect(dialog.getByText(/Stays as it is: ipset=friends/)).toBeInTheDocument();
  await user.click(dialog.getByLabelText('Comment'));
  await user.paste('mine');
  await user.click(dialog.getByText('Save'));
  expect(core.inputsOf('networkFilters.change')).toMatchObject([
    { change: { after: { values: { ...values, comment: 'mine' } } } },
  ]);
});
