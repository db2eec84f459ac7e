import { beforeEach, describe, expect, it } from 'vitest';
import type { ChangeNetworkInput } from '../../../../../shared/contract/networks.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { NetworkChanger } from './network-changer.ts';

const net = { name: 'n', uuid: 'n1' };
const host = { mac: '52:54:00:00:00:01', name: 'one', address: '192.0.2.11' };
const xml = (hosts: string): string =>
  `<network><name>n</name><ip address='192.0.2.1' prefix='24'><dhcp>${hosts}</dhcp></ip></network>`;
const present = `<host mac='52:54:00:00:00:01' name='one' ip='192.0.2.11'/>`;
const input = (more: Partial<ChangeNetworkInput>): ChangeNetworkInput => ({
  connectionId: 'c1',
  networkId: 'n1',
  section: 'dhcpHost',
  subnet: '192.0.2.1/24',
  before: null,
  after: null,
  ...more,
});

interface Update {
  command: number;
  section: number;
  parentIndex: number;
  xml: string;
  flags: number;
}

/** Plays the daemon: a running network whose definition may differ. */
class StandInDaemon {
  live = xml('');
  config = xml('');
  isInOrder = true;
  refuse: (update: Update) => boolean = () => false;
  readonly updates: Update[] = [];
  readonly asked: string[] = [];

  readonly session = {
    rpc: {
      call: (name: string, args: Record<string, unknown>): Promise<unknown> => {
        this.asked.push(name);
        switch (name) {
          case 'NETWORK_IS_ACTIVE':
            return Promise.resolve({ active: 1 });
          case 'NETWORK_IS_PERSISTENT':
            return Promise.resolve({ persistent: 1 });
          case 'NETWORK_GET_XML_DESC':
            return Promise.resolve({ xml: args['flags'] === 1 ? this.config : this.live });
          case 'CONNECT_SUPPORTS_FEATURE':
            return Promise.resolve({ supported: this.isInOrder && args['feature'] === 16 ? 1 : 0 });
          default: {
            const { command, section, parentIndex, xml: text, flags } = args as unknown as Update;
            const update = { command, section, parentIndex, xml: text, flags };
            this.updates.push(update);
            const error = new AppError('LIBVIRT_ERROR', { params: { message: 'no' }, detail: 'no' });
            return this.refuse(update) ? Promise.reject(error) : Promise.resolve({});
          }
        }
      },
    },
  } as unknown as LibvirtSession;
}

describe('NetworkChanger', () => {
  const { signal } = new AbortController();
  let daemon: StandInDaemon;
  let changer: NetworkChanger;
  beforeEach(() => {
    daemon = new StandInDaemon();
    changer = new NetworkChanger(daemon.session);
  });

  it('sends command and section in their order, and turned to a daemon before 7.2', async () => {
    await changer.change(net, input({ after: host }), signal);
    await changer.change(net, input({ after: host }), signal);
    expect(daemon.updates[0]).toMatchObject({ command: 3, section: 4, parentIndex: 0, flags: 3 });
    expect(daemon.asked.filter((name) => name === 'CONNECT_SUPPORTS_FEATURE')).toHaveLength(1);
    const old = new StandInDaemon();
    old.isInOrder = false;
    await new NetworkChanger(old.session).change(net, input({ after: host }), signal);
    expect(old.updates).toMatchObject([{ command: 4, section: 3 }]);
  });

  it('asks for both sides one by one where they differ in what we do not know', async () => {
    daemon.config = xml(present.replace('/>', `><lease expiry='0'/></host>`));
    daemon.live = xml(present);
    await changer.change(net, input({ before: host, after: { ...host, address: '192.0.2.12' } }), signal);
    expect(daemon.updates.map(({ command, flags }) => ({ command, flags }))).toEqual([
      { command: 1, flags: 2 },
      { command: 1, flags: 1 },
    ]);
    expect(daemon.updates[0]?.xml).toContain('lease');
  });

  it('takes the definition back when what runs cannot be changed', async () => {
    daemon.config = xml(`<!-- --> ${present.replace('/>', ` x='1'/>`)}`);
    daemon.live = xml(present);
    daemon.refuse = ({ flags }) => flags === 1;
    await expect(changer.change(net, input({ before: host }), signal)).rejects.toMatchObject({ detail: 'no' });
    expect(daemon.updates.map(({ command, flags }) => ({ command, flags }))).toEqual([
      { command: 2, flags: 2 },
      { command: 2, flags: 1 },
      { command: 3, flags: 2 },
    ]);
    expect(daemon.updates[2]?.xml).toContain('x="1"');
  });

  it('says what stays half done', async () => {
    daemon.config = daemon.live = xml(present);
    daemon.refuse = ({ command }) => command === 3;
    const other = { ...host, mac: '52:54:00:00:00:02' };
    await expect(changer.change(net, input({ before: host, after: other }), signal)).rejects.toMatchObject({
      params: { message: 'no (half done: what was done before stays, no)' },
    });
  });

  it('says that neither side has the entry, or its subnet', async () => {
    await expect(changer.change(net, input({ before: host }), signal)).rejects.toMatchObject({
      code: 'CONFLICT',
      params: { action: 'change', reason: 'entryGone' },
    });
    await expect(changer.change(net, input({ subnet: '10.0.0.1/8', after: host }), signal)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(daemon.updates).toEqual([]);
  });
});
