import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { AppError } from '../../../kernel/app-error.ts';
import { FakeClock } from '../../../kernel/clock.ts';
import { LiveList } from '../../../kernel/live-list.ts';
import { silentLogger } from '../../../kernel/logger.ts';
import { Scope } from '../../../kernel/scope.ts';
import { listDomainsFlags } from '../../../libvirt/protocol/constants.ts';
import { procedures } from '../../../libvirt/protocol/procedures.ts';
import type { Frame } from '../../../libvirt/rpc/framing.ts';
import { ScriptedServer } from '../../../libvirt/rpc/fixtures/scripted-server.ts';
import { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { ConnectContext } from '../../connections/ports.ts';
import { DomainInventory } from './libvirt-inventory.ts';
import { lifecycle } from './libvirt-rows.ts';

const uuid = '1ab00000-0000-4000-8000-000000000001';
const dom = { name: 'web', uuid, id: 7 };
const running = [
  {
    dom,
    params: [
      { field: 'state.state', value: { type: 'int' as const, value: 1 } },
      { field: 'cpu.time', value: { type: 'ullong' as const, value: 1_000_000_000 } },
    ],
  },
];

let server: ScriptedServer;
let clock: FakeClock;
let scope: Scope;
let machines: LiveList<Machine>;

beforeEach(async () => {
  server = new ScriptedServer();
  clock = new FakeClock();
  scope = new Scope('test');
  machines = new LiveList<Machine>(clock);
  const never = new Promise<AppError>(() => undefined);
  const transport = {
    description: 'memory',
    user: '',
    hostName: 'kvm1',
    security: null,
    uriName: 'qemu:///system',
    lost: never,
    openChannel: () => Promise.resolve(server.clientEnd),
    openTcp: () => Promise.reject(new Error('not offered')),
    openUnix: () => Promise.reject(new Error('not offered')),
    close: () => Promise.resolve(),
  };
  const { signal } = new AbortController();
  const opening = LibvirtSession.open(transport, { clock, log: silentLogger }, signal);
  server.reply('AUTH_LIST', await server.takeCall('AUTH_LIST'), { types: [] });
  server.reply('CONNECT_SUPPORTS_FEATURE', await server.takeCall('CONNECT_SUPPORTS_FEATURE'), { supported: 0 });
  server.reply('CONNECT_OPEN', await server.takeCall('CONNECT_OPEN'), {});
  const session = await opening;
  scope.defer(() => session.close());
  const context: ConnectContext = {
    connectionId: 'kvm1',
    target: { kind: 'libvirt', uri: 'qemu:///system', proxyJump: '', sshAuth: 'auto' },
    scope,
    machines,
    secrets: { get: () => Promise.resolve(null), set: () => Promise.resolve(), delete: () => Promise.resolve() },
    prompter: { ask: () => Promise.resolve(null) },
    clock,
    log: silentLogger,
    onStep: () => undefined,
    pace: () => ({ focus: 'focused', refreshSeconds: 1 }),
  };
  const inventory = DomainInventory.open(context, session, 'kvm1');
  for (let event = 0; event < 5; event++) {
    const call = await server.takeCall('CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY');
    server.reply('CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY', call, { callbackID: event });
  }
  await answerLists();
  await inventory;
  const networks = await server.takeCall('CONNECT_LIST_ALL_NETWORKS');
  server.reply('CONNECT_LIST_ALL_NETWORKS', networks, { nets: [], ret: 0 });
  expect(machines.items.get(uuid)?.state).toBe('running');
});

afterEach(() => scope.close());

async function answerLists(): Promise<void> {
  for (let list = 0; list < 4; list++) {
    const call = await server.takeCall('CONNECT_LIST_ALL_DOMAINS');
    const { flags } = server.args('CONNECT_LIST_ALL_DOMAINS', call) as { flags: number };
    const domains = flags === 0 || flags === listDomainsFlags.persistent ? [dom] : [];
    server.reply('CONNECT_LIST_ALL_DOMAINS', call, { domains, ret: domains.length });
  }
  const stats = await server.takeCall('CONNECT_GET_ALL_DOMAIN_STATS');
  server.reply('CONNECT_GET_ALL_DOMAIN_STATS', stats, { retStats: running });
}

function tell(event: number): void {
  server.event('DOMAIN_EVENT_CALLBACK_LIFECYCLE', { callbackID: 0, msg: { dom, event, detail: 0 } });
}

/** Answers what came before are all worked off once this later event shows. */
async function settled(): Promise<void> {
  const other = { name: 'after', uuid: '1ab00000-0000-4000-8000-000000000002', id: 8 };
  server.event('DOMAIN_EVENT_CALLBACK_LIFECYCLE', {
    callbackID: 0,
    msg: { dom: other, event: lifecycle.started, detail: 0 },
  });
  await vi.waitFor(() => expect(machines.items.has(other.uuid)).toBe(true), 10_000);
}

it('believes an event more than figures that were asked for before it', async () => {
  await clock.advance(1_000);
  const stats = await server.takeCall('CONNECT_GET_ALL_DOMAIN_STATS');
  tell(lifecycle.stopped);
  server.reply('CONNECT_GET_ALL_DOMAIN_STATS', stats, { retStats: running });
  await settled();
  expect(machines.items.get(uuid)).toMatchObject({ state: 'stopped', cpuPercent: null });
});

it('believes an event more than lists that were asked for before it, and reads them again', async () => {
  tell(lifecycle.defined);
  await vi.waitFor(() => expect(clock.pendingTimers).toBeGreaterThan(1), 10_000);
  await clock.advance(150);
  const isList = (frame: Frame): boolean => frame.procedure === procedures.CONNECT_LIST_ALL_DOMAINS.number;
  await vi.waitFor(() => expect(server.received.filter(isList).length).toBe(4), 10_000);
  tell(lifecycle.stopped);
  await answerLists();
  await settled();
  expect(machines.items.get(uuid)?.state).toBe('stopped');
  await clock.advance(150);
  await answerLists();
});

it('shows after 30 s what has no event: autostart and a saved state that virsh changed', async () => {
  const changed = [listDomainsFlags.persistent, listDomainsFlags.autostart, listDomainsFlags.managedSave];
  const asked: number[] = [];
  void (async () => {
    for (;;) {
      const call = await server.take();
      if (call.procedure === procedures.CONNECT_GET_ALL_DOMAIN_STATS.number) {
        server.reply('CONNECT_GET_ALL_DOMAIN_STATS', call, { retStats: running });
      } else if (call.procedure === procedures.CONNECT_LIST_ALL_DOMAINS.number) {
        const { flags } = server.args('CONNECT_LIST_ALL_DOMAINS', call) as { flags: number };
        asked.push(flags);
        server.reply('CONNECT_LIST_ALL_DOMAINS', call, { domains: [dom], ret: 1 });
      }
    }
  })();
  const row = (): object => {
    const { autostart, hasManagedSave } = machines.items.get(uuid) ?? {};
    return { autostart, hasManagedSave };
  };
  expect(row()).toEqual({ autostart: false, hasManagedSave: false });
  const startedAt = clock.monotonic();
  await vi.waitFor(
    async () => {
      await clock.advance(500);
      expect(row()).toEqual({ autostart: true, hasManagedSave: true });
    },
    { timeout: 10_000 },
  );
  // Not sooner; a little later on a machine that is slow to deliver the answers.
  const tookMs = clock.monotonic() - startedAt;
  expect(tookMs).toBeGreaterThan(25_000);
  expect(tookMs).toBeLessThan(60_000);
  // Three lists for all domains, whatever their number.
  expect(asked.sort()).toEqual(changed.sort());
});
