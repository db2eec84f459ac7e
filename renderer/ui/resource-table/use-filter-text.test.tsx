import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useFilterText } from './use-filter-text.ts';
import { useTableUrl } from './use-table-url.ts';

function Table(): ReactNode {
  const url = useTableUrl();
  const [text, setText] = useFilterText(url.query, url.setQuery, url.isLeaving);
  return <input type="search" aria-label="Filter" value={text} onChange={(event) => setText(event.target.value)} />;
}

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => void vi.useRealTimers());

function setUp() {
  let arrive: () => void = () => undefined;
  const machine = new Promise<{ Component: () => ReactNode }>((resolve) => {
    arrive = () => resolve({ Component: () => <h1>The machine</h1> });
  });
  const router = createMemoryRouter(
    [
      { path: 'machines', Component: Table },
      { path: 'machine', lazy: () => machine },
    ],
    { initialEntries: ['/machines'] },
  );
  render(<RouterProvider router={router} useTransitions={false} />);
  const user = userEvent.setup({ advanceTimers: (ms) => vi.advanceTimersByTime(ms) });
  return { router, user, arrive };
}

it('writes what is typed into the address', async () => {
  const { router, user } = setUp();
  await user.type(screen.getByRole('searchbox'), 'web');
  await act(() => vi.advanceTimersByTimeAsync(300));
  expect(router.state.location.search).toBe('?q=web');
});

it('does not call off a page that takes longer to load than the address waits', async () => {
  const { router, user, arrive } = setUp();
  await user.type(screen.getByRole('searchbox'), 'web');
  act(() => void router.navigate('/machine'));
  await act(() => vi.advanceTimersByTimeAsync(1_000));
  arrive();
  expect(await screen.findByRole('heading', { name: 'The machine' })).toBeInTheDocument();
});
