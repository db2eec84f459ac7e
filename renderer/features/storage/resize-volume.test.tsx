import { fireEvent, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderWithCore, StandInCore } from '../../testing/stand-in-core.tsx';
import { standInPool, standInVolume } from '../../testing/stand-in-storage.ts';
import { ResizeVolumeDialog } from './VolumeForms.tsx';

const GIB = 1024 ** 3;

it.each([
  ['dir', /^More than the 5 GiB that are free/, false],
  ['logical', 'Only 5 GiB are free', true],
])('says beforehand that a pool of the kind %s has too little room', (type, text, isRefused) => {
  const pool = standInPool({ type, availableBytes: 5 * GIB });
  renderWithCore(
    new StandInCore({}),
    <ResizeVolumeDialog volume={standInVolume()} pool={pool} onClose={() => undefined} />,
  );
  const field = screen.getByRole('textbox', { name: 'Capacity' });
  const grow = screen.getByRole<HTMLButtonElement>('button', { name: 'Grow' });
  fireEvent.change(field, { target: { value: '25' } });
  expect(field).toHaveAccessibleDescription('Now 20 GiB');
  expect(grow.disabled).toBe(false);
  fireEvent.change(field, { target: { value: '26' } });
  expect(field).toHaveAccessibleDescription(text);
  expect(grow.disabled).toBe(isRefused);
});
