import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { expect, it } from 'vitest';
import { renderWithCore, standInConnection, StandInCore } from '../testing/stand-in-core.tsx';
import { HomePage } from './HomePage.tsx';
import { Shell } from './Shell.tsx';

it('welcomes with what this computer knows, and stays with it until it is connected', async () => {
  const local = standInConnection({ name: 'localhost' });
  const core = new StandInCore({
    'connections.suggestions': () => [
      {
        source: 'local',
        name: local.name,
        target: { ...local.target, uri: 'qemu:///system' },
        hasSecret: false,
        origin: '/s',
      },
    ],
    'connections.add': () => ({ id: 'c1' }),
  });
  const router = createMemoryRouter([{ Component: Shell, children: [{ path: '*', Component: HomePage }] }], {
    initialEntries: ['/machines'],
  });
  renderWithCore(core, <RouterProvider router={router} />);
  core.snapshot('connections.watch', []);
  await userEvent.click(await screen.findByRole('button', { name: 'Connect to localhost' }));
  const dialog = await screen.findByRole('dialog', { name: 'Add a connection' });
  expect(within(dialog).getByRole('textbox', { name: /URI/ })).toHaveValue('qemu:///system');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Add and connect' }));
  core.snapshot('connections.watch', [local]);
  expect(await within(dialog).findByText('localhost is connected')).toBeVisible();
  expect(screen.queryByText('Welcome to Virtdeck')).toBeNull();
  expect(document.title).toBe('Machines – Virtdeck');
});
