import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { describe, expect, it } from 'vitest';
import { secretNameFault, secretValueFault, type HostSecret } from '../../../shared/contract/secrets.ts';
import { CoreProvider } from '../../core-client/core.tsx';
import { standInConnection, StandInCore, standInError } from '../../testing/stand-in-core.tsx';
import { HostPage } from './HostPage.tsx';

const secret: HostSecret = {
  id: 's1',
  connectionId: 'c1',
  usage: 'ceph',
  usageName: 'client.libvirt',
  description: 'for <b>pools</b>',
  isEphemeral: false,
  isPrivate: true,
};

async function open(core: StandInCore): Promise<void> {
  render(
    <CoreProvider link={core.link}>
      <RouterProvider
        router={createMemoryRouter([{ path: '/hosts/:connectionId/:tab?', Component: HostPage }], {
          initialEntries: ['/hosts/c1/secrets'],
        })}
      />
    </CoreProvider>,
  );
  await waitFor(() => expect(core.open.get('connections.watch')?.size).toBe(1));
  act(() => core.snapshot('connections.watch', [standInConnection()]));
  await waitFor(() => expect(core.open.get('hosts.watchSecrets')?.size).toBe(1));
}

describe('the secrets of a host', () => {
  it('are listed, made and deleted; what is wrong is said at the field', async () => {
    // Looking through all styles for each click takes seconds here.
    const user = userEvent.setup({ pointerEventsCheck: 0 });
    const core = new StandInCore({
      'hosts.defineSecret': () => ({ taskId: 't1' }),
      'hosts.deleteSecrets': () => ({ taskIds: ['t2'] }),
    });
    await open(core);
    act(() => core.snapshot('hosts.watchSecrets', [secret]));
    expect(await screen.findByRole('row', { name: /client\.libvirt/ })).toHaveTextContent('for <b>pools</b>On diskNo');

    await user.click(screen.getByText('New secret'));
    const dialog = within(screen.getByRole('dialog'));
    const name = dialog.getByLabelText(/^Name/);
    await user.click(name);
    await user.paste('client.libvirt');
    expect(dialog.getByText('There is a secret with this name already.')).toBeInTheDocument();
    await user.paste('2');
    expect(dialog.getByText('Define')).toBeDisabled();
    await user.click(dialog.getByLabelText(/^Value/));
    await user.paste('key');
    await user.click(dialog.getByText('Define'));
    expect(core.inputsOf('hosts.defineSecret')).toEqual([
      {
        connectionId: 'c1',
        usage: 'ceph',
        usageName: 'client.libvirt2',
        description: '',
        isEphemeral: false,
        isPrivate: true,
        secretValue: 'key',
        encoding: 'text',
      },
    ]);
    await user.click(dialog.getByText(/background/));

    await user.click(screen.getByLabelText('Delete client.libvirt'));
    await user.click(within(screen.getByRole('dialog')).getByText('Delete'));
    expect(core.inputsOf('hosts.deleteSecrets')).toEqual([{ connectionId: 'c1', secretIds: ['s1'] }]);
  });

  it('are none of a host without a driver for them', async () => {
    const core = new StandInCore();
    await open(core);
    act(() => core.fail('hosts.watchSecrets', standInError({ code: 'UNSUPPORTED' })));
    expect(await screen.findByText('This host keeps no secrets.')).toBeInTheDocument();
  });

  it('are checked before they are sent', () => {
    expect(secretValueFault('', 'text')).toBe('empty');
    expect(secretValueFault('aGk=', 'base64')).toBeNull();
    expect(secretValueFault('aGk', 'base64')).toBe('notBase64');
    expect(secretValueFault('ü'.repeat(40_000), 'text')).toBe('tooLong');
    expect(secretNameFault('none', '', [])).toBeNull();
    expect(secretNameFault('volume', 'x', [])).toBe('notAPath');
    expect(secretNameFault('iscsi', 'client.libvirt', [secret])).toBeNull();
  });
});
