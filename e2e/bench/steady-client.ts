// What a minute with an open host costs the app's core, in a process of its own as the baselines are: URI WARM_MS MS.
// Prints one JSON object: processor time and the names of the calls made.
import { Scope } from '../../electron/core/kernel/scope.ts';
import type { LiveList } from '../../electron/core/kernel/live-list.ts';
import type { Machine } from '../../shared/contract/machines.ts';
import { connectHost, noteCalls } from './libvirt-hosts.ts';

async function main(uri: string, warmMs: number, durationMs: number): Promise<void> {
  const scope = new Scope('steady');
  const { machines } = await connectHost(uri, scope);
  watchAsAPageDoes(machines, scope.signal);
  await pause(warmMs);
  const seen = noteCalls(scope);
  const before = process.cpuUsage();
  await pause(durationMs);
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ cpuMs: (user + system) / 1_000, calls: seen.map(({ name }) => name) }));
  await scope.close();
}

/** Takes what a window would be sent, as the carrier does. */
function watchAsAPageDoes(machines: LiveList<Machine>, signal: AbortSignal): void {
  void (async () => {
    for await (const event of machines.watch({ signal, ready: () => Promise.resolve() })) JSON.stringify(event);
  })();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const [uri = '', warmMs = '', durationMs = ''] = process.argv.slice(2);
await main(uri, Number(warmMs), Number(durationMs));
