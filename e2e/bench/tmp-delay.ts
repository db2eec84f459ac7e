import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
export async function startDelayProxy({ targetPort, roundTripMs }: { targetPort: number; roundTripMs: number }) {
  const sockets = new Set<Socket>();
  const server = createServer((a) => {
    const b = connect(targetPort, '127.0.0.1');
    a.setNoDelay(true);
    b.setNoDelay(true);
    for (const [x, y] of [
      [a, b],
      [b, a],
    ] as const) {
      sockets.add(x);
      x.on('data', (d) => setTimeout(() => y.write(d), roundTripMs / 2));
      x.on('end', () => setTimeout(() => y.end(), roundTripMs / 2));
      x.on('error', () => y.destroy());
      x.on('close', () => sockets.delete(x));
    }
  });
  await new Promise<void>((r) => server.listen(0, '127.0.0.1', r));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const s of sockets) s.destroy();
      server.close();
    },
  };
}
