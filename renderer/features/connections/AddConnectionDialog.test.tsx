import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { describe, expect, it } from 'vitest';
import type { ConnectionSuggestion } from '../../../shared/contract/connections.ts';
import { renderWithCore, standInConnection, StandInCore, standInError } from '../../testing/stand-in-core.tsx';
import { AddConnectionDialog } from './AddConnectionDialog.tsx';

const suggestion: ConnectionSuggestion = {
  source: 'cloudsYaml',
  name: 'lab',
  target: {
    ...standInCloud(),
    authUrl: 'https://cloud:5000/v3',
    projectName: 'demo',
  },
  hasSecret: true,
  origin: '/home/me/clouds.yaml',
};

function standInCloud() {
  return {
    kind: 'openstack' as const,
    auth: { type: 'password' as const, userName: 'ann', userDomain: 'Default' },
    scope: 'project' as const,
    scopeDomain: '',
    projectId: '',
    projectDomain: 'Default',
    region: '',
    interface: 'public' as const,
    caPem: '',
    pinnedCertificate: '',
    verify: true,
    rewrites: [],
    sshTunnel: '',
  };
}

function show(answers: ConstructorParameters<typeof StandInCore>[0] = {}): { core: StandInCore; dialog: HTMLElement } {
  const core = new StandInCore({ 'connections.add': () => ({ id: 'c9' }), ...answers });
  renderWithCore(
    core,
    <MemoryRouter>
      <AddConnectionDialog onClose={() => undefined} />
    </MemoryRouter>,
  );
  return { core, dialog: screen.getByRole('dialog') };
}

const submit = (dialog: HTMLElement): Promise<void> =>
  userEvent.click(within(dialog).getByRole('button', { name: 'Add and connect' }));

describe('adding a host', () => {
  it('says what is missing and sends nothing', async () => {
    const { core, dialog } = show();
    await submit(dialog);
    expect((await within(dialog).findAllByText('The host is missing or not valid')).length).toBeGreaterThan(0);
    expect(within(dialog).getByRole('textbox', { name: /^Name/ })).toHaveAccessibleDescription('Needed');
    expect(core.inputsOf('connections.add')).toEqual([]);
  });

  it('keeps form and address in step, and names the host', async () => {
    const { core, dialog } = show();
    await userEvent.type(within(dialog).getByRole('textbox', { name: /^Host/ }), 'kvm1');
    await userEvent.type(within(dialog).getByRole('textbox', { name: /^User/ }), 'root');
    expect(within(dialog).getByRole('textbox', { name: /URI/ })).toHaveValue('qemu+ssh://root@kvm1/system');
    await submit(dialog);
    await waitFor(() =>
      expect(core.inputsOf('connections.add')).toEqual([
        {
          name: 'kvm1',
          autoConnect: true,
          secret: null,
          target: { kind: 'libvirt', uri: 'qemu+ssh://root@kvm1/system', proxyJump: '', sshAuth: 'auto' },
        },
      ]),
    );
    core.snapshot('connections.watch', [standInConnection({ id: 'c9', phase: 'connecting', step: 'dial' })]);
    expect(await within(dialog).findByText('Connecting to kvm1')).toBeVisible();
  });

  it('proposes a name also for an address that is typed by hand', async () => {
    const { dialog } = show();
    const uri = within(dialog).getByRole('textbox', { name: /URI/ });
    await userEvent.clear(uri);
    await userEvent.type(uri, 'qemu+ssh://kvm7/system');
    expect(within(dialog).getByRole('textbox', { name: /^Name/ })).toHaveValue('kvm7');
  });

  it('says what a wrong address lacks', async () => {
    const { dialog } = show();
    const uri = within(dialog).getByRole('textbox', { name: /URI/ });
    await userEvent.clear(uri);
    await userEvent.type(uri, 'kvm1');
    await submit(dialog);
    expect(await within(dialog).findByText(/An address begins like qemu:/)).toBeVisible();
  });

  it('keeps everything when the core refuses', async () => {
    const refuse = (): never => {
      // What the core sends is plain data.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw standInError({ code: 'DISK_FULL', params: { path: '/profile' } });
    };
    const { dialog } = show({ 'connections.add': refuse });
    await userEvent.type(within(dialog).getByRole('textbox', { name: /^Host/ }), 'kvm1');
    await submit(dialog);
    expect(await within(dialog).findByText('The disk is full')).toBeVisible();
    expect(within(dialog).getByRole('textbox', { name: /^Host/ })).toHaveValue('kvm1');
  });
});

describe('adding a cloud', () => {
  it('fills in what clouds.yaml has, name included', async () => {
    const { core, dialog } = show({ 'connections.suggestions': () => [suggestion] });
    await userEvent.click(within(dialog).getByRole('button', { name: 'OpenStack cloud' }));
    await userEvent.click(await within(dialog).findByRole('button', { name: /^lab/ }));
    expect(within(dialog).getByRole('textbox', { name: /^Auth URL/ })).toHaveValue('https://cloud:5000/v3');
    await submit(dialog);
    await waitFor(() => expect(core.inputsOf('connections.add')).toMatchObject([{ name: 'lab', secret: null }]));
  });

  it('wants an http address', async () => {
    const { core, dialog } = show();
    await userEvent.click(within(dialog).getByRole('button', { name: 'OpenStack cloud' }));
    await userEvent.type(within(dialog).getByRole('textbox', { name: /^Auth URL/ }), 'ftp://x');
    await submit(dialog);
    expect(await within(dialog).findByText('An address begins with http:// or https://')).toBeVisible();
    expect(core.inputsOf('connections.add')).toEqual([]);
  });
});
