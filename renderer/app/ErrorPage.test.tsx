import { render, screen } from '@testing-library/react';
import { createMemoryRouter, Outlet, RouterProvider } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NotFoundPage, RouteErrorPage } from './ErrorPage.tsx';

function show(address: string): void {
  const Broken = (): never => {
    throw new Error('<b>boom</b>');
  };
  const router = createMemoryRouter(
    [
      {
        element: (
          <>
            <nav>frame</nav>
            <Outlet />
          </>
        ),
        children: [
          {
            ErrorBoundary: RouteErrorPage,
            children: [
              { path: 'broken', Component: Broken },
              { path: '*', Component: NotFoundPage },
            ],
          },
        ],
      },
    ],
    { initialEntries: [address] },
  );
  render(<RouterProvider router={router} />);
}

describe('a page that fails', () => {
  // React and the router report the error to the console as well.
  beforeEach(() => vi.spyOn(console, 'error').mockImplementation(() => undefined));
  afterEach(() => vi.restoreAllMocks());

  it('leaves the frame alive, says what to do and keeps the details as text', async () => {
    show('/broken');
    expect(await screen.findByRole('heading', { name: 'This page failed' })).toBeVisible();
    expect(screen.getByText('frame')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Reload Virtdeck' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'Go to the machines' })).toHaveAttribute('href', '/machines');
    expect(screen.getByLabelText('Details of the fault')).toHaveTextContent('<b>boom</b>');
  });
});

it('says so when an address leads nowhere', async () => {
  show('/no/such/page');
  expect(await screen.findByRole('heading', { name: 'There is no such page' })).toBeVisible();
});
