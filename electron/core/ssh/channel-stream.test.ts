import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { gatherWrites } from './channel-stream.ts';

it('hands on together what is written in one turn, in order, and ends after it', async () => {
  const got: string[][] = [];
  const stream = new Duplex({
    writev: (pieces, done) => {
      got.push(pieces.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  gatherWrites(stream);
  for (const piece of ['length', 'packet', 'tag']) stream.write(piece);
  expect(got).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  stream.write('next');
  stream.end();
  await new Promise((resolve) => stream.once('finish', () => resolve(null)));
  expect(got).toEqual([['length', 'packet', 'tag'], ['next']]);
});
