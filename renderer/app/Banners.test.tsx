import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CoreProvider } from '../core-client/core.tsx';
import { renderWithCore, StandInCore } from '../testing/stand-in-core.tsx';
import { CoreBanner, Notices, useCoreLostSince } from './Banners.tsx';

function Banner(): ReactNode {
  return <CoreBanner since={useCoreLostSince()} />;
}

describe('a lost core', () => {
  afterEach(() => vi.useRealTimers());

  it('is said after a moment, and no more when it is back', () => {
    vi.useFakeTimers();
    const core = new StandInCore();
    render(
      <CoreProvider link={core.link}>
        <Banner />
      </CoreProvider>,
    );
    act(() => core.lose());
    act(() => void vi.advanceTimersByTime(1_000));
    expect(screen.queryByRole('alert')).toBeNull();
    act(() => void vi.advanceTimersByTime(1_000));
    expect(screen.getByRole('alert')).toHaveTextContent('core does not answer');
    act(() => core.comeBack());
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

it('shows a notice until it was read', async () => {
  const core = new StandInCore();
  renderWithCore(core, <Notices />);
  const params = { file: 'settings.json', keptAs: 'settings.json.damaged' };
  core.snapshot('settings.watchNotices', [{ id: 'n1', kind: 'fileDamaged', params } as { id: string }]);
  expect(await screen.findByRole('alert')).toHaveTextContent('settings.json.damaged');
  await userEvent.click(screen.getByRole('button', { name: 'Got it' }));
  expect(screen.queryByRole('alert')).toBeNull();
});
