import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, it } from 'vitest';
import { AppError } from '../kernel/app-error.ts';
import { FakeClock, systemClock } from '../kernel/clock.ts';
import { dial } from './dial.ts';

const { signal } = new AbortController();

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

it.each([
  ['a name that nobody has', 'no-such-host.invalid', 'HOST_NOT_RESOLVED'],
  // TCP to the broadcast address ends in this computer's kernel.
  ['a host that no route leads to', '255.255.255.255', 'HOST_UNREACHABLE'],
])('%s', async (_what, host, code) => {
  const place = { host, port: 22, user: 'me' };
  await expect(dial(place, systemClock, signal)).rejects.toMatchObject({
    code,
    retryable: true,
    params: { host, port: 22 },
    source: { kind: 'ssh', ...place },
  });
});

it('a port where nobody listens any more', async () => {
  const { server, port } = await listen();
  await new Promise((resolve) => server.close(resolve));
  const dialing = dial({ host: '127.0.0.1', port, user: 'me' }, systemClock, signal);
  await expect(dialing).rejects.toMatchObject({ code: 'CONNECTION_REFUSED', retryable: true, params: { port } });
});

it('leaves neither timer nor socket behind where the person gives up', async () => {
  const { server, port } = await listen();
  const clock = new FakeClock();
  const controller = new AbortController();
  const dialing = dial({ host: '127.0.0.1', port, user: 'me' }, clock, controller.signal);
  controller.abort(new AppError('CANCELLED'));
  await expect(dialing).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(clock.pendingTimers).toBe(0);
  await new Promise((resolve) => server.close(resolve));
});
