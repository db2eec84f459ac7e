import type { ByteCarrier } from '../../shared/contract/byte-channel.ts';

/** Two carriers that are connected. */
export function carrierPair(): [ByteCarrier, ByteCarrier] {
  const make = (): ByteCarrier => ({
    send: () => undefined,
    close: () => undefined,
    onMessage: () => undefined,
    onClose: () => undefined,
  });
  const [a, b] = [make(), make()];
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.send = (message) => queueMicrotask(() => to.onMessage(message));
    from.close = () => queueMicrotask(() => to.onClose());
  }
  return [a, b];
}
