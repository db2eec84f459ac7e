import { act, render, screen, waitFor } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { expect, it } from 'vitest';
import { CoreProvider } from '../core-client/core.tsx';
import { standInConnection, StandInCore } from '../testing/stand-in-core.tsx';
import { ScopeList } from './ScopeList.tsx';

it.each([
  ['/screens', '/screens?scope=c1'],
  ['/flavors', '/flavors?scope=c1'],
  ['/consoles?scope=c2', '/consoles?scope=c1'],
  ['/storage/c2/p1', '/storage?scope=c1'],
  ['/networks/new', '/networks?scope=c1'],
  ['/hosts/c2/devices', '/hosts/c1'],
  ['/settings', '/machines?scope=c1'],
  ['/machines/c2/m1/xml', '/machines?scope=c1'],
])('choosing a scope on %s stays on a page that has one', async (at, expected) => {
  const core = new StandInCore();
  render(
    <CoreProvider link={core.link}>
      <MemoryRouter initialEntries={[at]}>
        <ScopeList />
      </MemoryRouter>
    </CoreProvider>,
  );
  act(() => core.snapshot('connections.watch', [standInConnection(), standInConnection({ id: 'c2', name: 'other' })]));
  await waitFor(() => expect(screen.getByRole('link', { name: /^kvm1/ })).toHaveAttribute('href', expected));
});
