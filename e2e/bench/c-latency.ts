import type { RpcClient } from '../../electron/core/libvirt/rpc/client.ts';
import { runBaseline } from './baseline.ts';
import { median, type BenchContext, type Figure, type Measurement } from './figure.ts';
import { TestHost } from './libvirt-hosts.ts';
import { requirePackages } from './packages.ts';

const ROUNDS = 9;
const CALLS = 3_000;
const TARGET = 1.5;

/** One call after the other on the daemon's unix socket, beside libvirt's own C client, in turns. */
export const latency: Figure = {
  id: 'c',
  title: "One call's latency on the unix socket",
  run: measure,
};

async function measure({ scope, say }: BenchContext): Promise<Measurement[]> {
  requirePackages('python3-libvirt');
  const host = await TestHost.start(scope);
  const rpc = await host.openRpc(scope.signal);
  scope.defer(() => rpc.close());
  await callMany(rpc, CALLS);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await callMany(rpc, CALLS));
    const { microseconds = NaN } = await runBaseline('latency', host.localUri, CALLS);
    theirs.push(microseconds);
    say(`round ${round + 1}: ${ours.at(-1)?.toFixed(0) ?? ''} µs, C client ${microseconds.toFixed(0)} µs`);
  }
  const ratio = median(ours.map((value, round) => value / (theirs[round] ?? NaN)));
  return [
    {
      what: `NODE_GET_INFO, the median call of ${ROUNDS} rounds of ${CALLS}`,
      ours: `${median(ours).toFixed(0)} µs`,
      beside: `libvirt's C client: ${median(theirs).toFixed(0)} µs`,
      ratio: `${ratio.toFixed(2)} times`,
      target: `at most ${TARGET} times`,
      reached: ratio <= TARGET,
    },
  ];
}

/** The median call's microseconds: other work on the machine delays some calls, on both sides. */
async function callMany(rpc: RpcClient, count: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await rpc.call('NODE_GET_INFO', {});
    times.push(performance.now() - start);
  }
  return median(times) * 1_000;
}
