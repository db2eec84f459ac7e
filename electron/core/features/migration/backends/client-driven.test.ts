import { expect, it } from 'vitest';
import { AppError } from '../../../kernel/app-error.ts';
import { FakeClock } from '../../../kernel/clock.ts';
import { silentLogger } from '../../../kernel/logger.ts';
import { migrateFlags } from '../../../libvirt/protocol/migration-flags.ts';
import type { ArgsOf, CallName } from '../../../libvirt/protocol/procedures.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import { param } from '../../../libvirt/protocol/typed-params.ts';
import { RpcClient } from '../../../libvirt/rpc/client.ts';
import type { Frame } from '../../../libvirt/rpc/framing.ts';
import { ScriptedServer } from '../../../libvirt/rpc/fixtures/scripted-server.ts';
import { driveMigration, type MigrationEnd, type MigrationHooks } from './client-driven.ts';
import { migrationProgress } from './migration-progress.ts';

const dom = domainRef('1ab00000-0000-4000-8000-000000000001', 'web');
const cookie = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const refusal = { code: 9, message: 'operation failed: no room' };

interface Stage {
  source: ScriptedServer;
  destination: ScriptedServer;
  destinationClient: RpcClient;
  steps: string[];
  end: Promise<MigrationEnd>;
}

type Migration = Extract<CallName, `DOMAIN_MIGRATE_${string}3_PARAMS`>;

/** The next call of this name, with its arguments. */
async function take<N extends Migration>(server: ScriptedServer, name: N): Promise<{ frame: Frame; args: ArgsOf<N> }> {
  const frame = await server.takeCall(name);
  // By the table of this very name.
  return { frame, args: server.args(name, frame) as ArgsOf<N> };
}

/** A migration between two servers that the test plays. */
function stage(hooks: Partial<MigrationHooks> = {}, flags = migrateFlags.live): Stage {
  const [source, destination] = [new ScriptedServer(), new ScriptedServer()];
  const options = { clock: new FakeClock(), log: silentLogger };
  const [sourceClient, destinationClient] = [source, destination].map((end) => new RpcClient(end.clientEnd, options));
  if (sourceClient === undefined || destinationClient === undefined) throw new Error('two servers have two clients');
  const steps: string[] = [];
  const end = driveMigration(
    dom,
    { flags, params: [param('string', 'migrate_uri', 'tcp:kvm2')] },
    { source: sourceClient, destination: destinationClient },
    {
      signal: new AbortController().signal,
      onStep: (step) => steps.push(step),
      during: (perform) => perform(),
      hasArrived: () => Promise.reject(new Error('nobody asks')),
      ...hooks,
    },
  );
  return { source, destination, destinationClient, steps, end };
}

async function begin({ source }: Stage, state = 1): Promise<void> {
  const begun = await source.takeCall('DOMAIN_MIGRATE_BEGIN3_PARAMS');
  source.reply('DOMAIN_MIGRATE_BEGIN3_PARAMS', begun, { cookieOut: cookie('begun'), xml: '<domain/>' });
  source.reply('DOMAIN_GET_STATE', await source.takeCall('DOMAIN_GET_STATE'), { state, reason: 0 });
}

async function prepare({ destination }: Stage): Promise<{ flags: number; params: unknown[] }> {
  const call = await take(destination, 'DOMAIN_MIGRATE_PREPARE3_PARAMS');
  expect(Buffer.from(call.args.cookieIn).toString()).toBe('begun');
  destination.reply('DOMAIN_MIGRATE_PREPARE3_PARAMS', call.frame, {
    cookieOut: cookie('prepared'),
    uriOut: 'tcp:kvm2:49152',
  });
  return call.args;
}

async function perform({ source }: Stage): Promise<void> {
  const call = await take(source, 'DOMAIN_MIGRATE_PERFORM3_PARAMS');
  expect(Buffer.from(call.args.cookieIn).toString()).toBe('prepared');
  expect(call.args.params).toContainEqual(param('string', 'migrate_uri', 'tcp:kvm2:49152'));
  source.reply('DOMAIN_MIGRATE_PERFORM3_PARAMS', call.frame, { cookieOut: cookie('performed') });
}

async function confirm({ source }: Stage): Promise<{ cancelled: number; cookieIn: Uint8Array }> {
  const call = await take(source, 'DOMAIN_MIGRATE_CONFIRM3_PARAMS');
  source.reply('DOMAIN_MIGRATE_CONFIRM3_PARAMS', call.frame, {});
  return call.args;
}

it('hands each cookie on, and lets the source go when the destination has the machine', async () => {
  const run = stage({}, migrateFlags.live | migrateFlags.autoConverge);
  await begin(run, 3);
  const asked = await prepare(run);
  expect(asked.flags).toBe(migrateFlags.live | migrateFlags.paused);
  expect(asked.params).toContainEqual(param('string', 'destination_xml', '<domain/>'));
  await perform(run);
  const call = await take(run.destination, 'DOMAIN_MIGRATE_FINISH3_PARAMS');
  expect(call.args).toMatchObject({ cancelled: 0 });
  expect(call.args.params).toContainEqual(param('string', 'destination_name', 'web'));
  run.destination.reply('DOMAIN_MIGRATE_FINISH3_PARAMS', call.frame, { dom, cookieOut: cookie('finished') });
  const confirmed = await confirm(run);
  expect(confirmed.cancelled).toBe(0);
  expect(Buffer.from(confirmed.cookieIn).toString()).toBe('finished');
  expect(await run.end).toEqual({ kind: 'moved' });
  expect(run.steps).toEqual(['migrationPreparing', 'migrationFinishing']);
});

it('tells the source to go on where the destination cannot prepare', async () => {
  const run = stage();
  await begin(run);
  run.destination.fail(await run.destination.takeCall('DOMAIN_MIGRATE_PREPARE3_PARAMS'), refusal);
  expect((await confirm(run)).cancelled).toBe(1);
  expect(await run.end).toMatchObject({ kind: 'stayed', error: { detail: refusal.message } });
});

it('takes away what was prepared where the source cannot send, and tells the source nothing more', async () => {
  const run = stage();
  await begin(run);
  await prepare(run);
  run.source.fail(await run.source.takeCall('DOMAIN_MIGRATE_PERFORM3_PARAMS'), refusal);
  const call = await take(run.destination, 'DOMAIN_MIGRATE_FINISH3_PARAMS');
  expect(call.args.cancelled).toBe(1);
  run.destination.fail(call.frame, { code: 93, message: 'migration successfully aborted' });
  expect(await run.end).toMatchObject({ kind: 'stayed', error: { detail: refusal.message } });
});

it('tells the source to go on where the destination says that it could not start the machine', async () => {
  const run = stage();
  await begin(run);
  await prepare(run);
  await perform(run);
  run.destination.fail(await run.destination.takeCall('DOMAIN_MIGRATE_FINISH3_PARAMS'), refusal);
  expect((await confirm(run)).cancelled).toBe(1);
  expect(await run.end).toMatchObject({ kind: 'stayed' });
});

it.each([
  [true, { cancelled: 0 }, 'moved'],
  [false, { cancelled: 1 }, 'stayed'],
])('asks the destination itself where its answer was lost: arrived %s', async (hasArrived, told, kind) => {
  const run = stage({ hasArrived: () => Promise.resolve(hasArrived) });
  await begin(run);
  await prepare(run);
  await perform(run);
  await run.destination.takeCall('DOMAIN_MIGRATE_FINISH3_PARAMS');
  run.destinationClient.close(new AppError('CONNECTION_LOST'));
  expect(await confirm(run)).toMatchObject(told);
  expect(await run.end).toMatchObject({ kind });
});

it('says nothing to the source where nobody knows whether the machine has arrived', async () => {
  const run = stage({ hasArrived: () => Promise.resolve(null) });
  await begin(run);
  await prepare(run);
  await perform(run);
  await run.destination.takeCall('DOMAIN_MIGRATE_FINISH3_PARAMS');
  run.destinationClient.close(new AppError('CONNECTION_LOST'));
  expect(await run.end).toMatchObject({ kind: 'unknown', error: { code: 'CONNECTION_LOST' } });
});

it('says so where the source does not let go', async () => {
  const run = stage();
  await begin(run);
  await prepare(run);
  await perform(run);
  const call = await take(run.destination, 'DOMAIN_MIGRATE_FINISH3_PARAMS');
  run.destination.reply('DOMAIN_MIGRATE_FINISH3_PARAMS', call.frame, { dom, cookieOut: cookie('finished') });
  run.source.fail(await run.source.takeCall('DOMAIN_MIGRATE_CONFIRM3_PARAMS'), refusal);
  expect(await run.end).toMatchObject({ kind: 'leftover', error: { detail: refusal.message } });
});

it('sends nothing of a machine that is off', async () => {
  const run = stage({}, migrateFlags.offline);
  await begin(run, 5);
  await prepare(run);
  const call = await take(run.destination, 'DOMAIN_MIGRATE_FINISH3_PARAMS');
  expect(call.args.cookieIn).toHaveLength(0);
  run.destination.reply('DOMAIN_MIGRATE_FINISH3_PARAMS', call.frame, { dom, cookieOut: cookie('') });
  await confirm(run);
  expect(await run.end).toEqual({ kind: 'moved' });
});

it('reads how far it is, and how long the rest takes', () => {
  const size = (field: string, value: number) => param('ullong', field, value);
  const job = [size('data_total', 400), size('data_remaining', 100), size('memory_bps', 50)];
  expect(migrationProgress(job)).toEqual({ fraction: 0.75, remainingMs: 2_000, pass: 0 });
  const disks = [...job, size('disk_remaining', 40), size('disk_bps', 10), size('memory_iteration', 2)];
  expect(migrationProgress(disks)).toEqual({ fraction: 0.75, remainingMs: 10_000, pass: 2 });
  expect(migrationProgress([])).toEqual({ fraction: null, remainingMs: null, pass: 0 });
});
