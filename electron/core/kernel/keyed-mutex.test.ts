import { expect, it } from 'vitest';
import { KeyedMutex } from './keyed-mutex.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('runs work one at a time per key, in order, whatever fails; other keys do not wait', async () => {
  const mutex = new KeyedMutex();
  const order: string[] = [];
  let release: () => void = () => undefined;
  const first = mutex.run('a', async () => {
    order.push('a1');
    await new Promise<void>((resolve) => (release = resolve));
    throw new Error('no');
  });
  const second = mutex.run('a', () => Promise.resolve(order.push('a2')));
  const other = mutex.run('b', () => Promise.resolve(order.push('b1')));
  await other;
  await turn();
  expect(order).toEqual(['a1', 'b1']);
  release();
  await expect(first).rejects.toThrow('no');
  await second;
  await mutex.run('a', () => Promise.resolve(order.push('a3')));
  expect(order).toEqual(['a1', 'b1', 'a2', 'a3']);
});
