import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { SnackbarProvider } from 'notistack';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CoreProvider } from '../../core-client/core.tsx';
import { standInConnection, StandInCore, standInError, standInMachine } from '../../testing/stand-in-core.tsx';
import { ScreensPage } from './ScreensPage.tsx';

const PNG = 'iVBORw0KGgo=';
const user = userEvent.setup();
let core: StandInCore;

/** jsdom has no layout: the test says which tiles are in sight. */
class StandInObserver {
  static readonly all = new Map<Element, StandInObserver>();
  readonly tell: (entries: { isIntersecting: boolean }[]) => void;

  constructor(tell: (entries: { isIntersecting: boolean }[]) => void) {
    this.tell = tell;
  }

  observe(element: Element): void {
    StandInObserver.all.set(element, this);
  }

  disconnect(): void {
    for (const [element, observer] of StandInObserver.all) if (observer === this) StandInObserver.all.delete(element);
  }

  static show(element: Element, isIntersecting: boolean): void {
    act(() => StandInObserver.all.get(element)?.tell([{ isIntersecting }]));
  }
}

beforeEach(async () => {
  vi.stubGlobal('IntersectionObserver', StandInObserver);
  core = new StandInCore({
    'screens.capture': ({ id }: { id: string }) => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- The stand-in answers with what is thrown.
      if (id === 'm2') throw standInError({ code: 'UNSUPPORTED', params: { action: 'screenshot' } });
      return { png: PNG, widthPx: 720, heightPx: 400, takenAt: 1 };
    },
    'machines.look': () => undefined,
  });
  const router = createMemoryRouter(
    [
      { path: '/screens', Component: ScreensPage },
      { path: '*', element: <p>elsewhere</p> },
    ],
    { initialEntries: ['/screens'] },
  );
  render(
    <CoreProvider link={core.link}>
      <SnackbarProvider>
        <RouterProvider router={router} useTransitions={false} />
      </SnackbarProvider>
    </CoreProvider>,
  );
  act(() => core.snapshot('connections.watch', [standInConnection()]));
  await waitFor(() => expect(core.inputsOf('machines.watch').length).toBeGreaterThan(0));
  act(() =>
    core.snapshot('machines.watch', [
      standInMachine({ id: 'm10', name: 'web-10' }),
      standInMachine({ id: 'm2', name: 'web-2', tags: ['db'] }),
      standInMachine({ id: 'm3', name: 'web-3', state: 'stopped' }),
    ]),
  );
  await screen.findAllByRole('listitem');
});
afterEach(() => vi.unstubAllGlobals());

it('shows what runs in the order of the names, and takes pictures of what is in sight only', async () => {
  const tiles = screen.getAllByRole('listitem');
  expect(tiles.map(({ textContent }) => textContent)).toEqual(['web-2', 'web-10']);
  expect(core.inputsOf('screens.capture')).toEqual([]);
  StandInObserver.show(tiles[1] as Element, true);
  const picture = await screen.findByRole('img', { name: 'Screen of web-10' });
  expect(picture).toHaveAttribute('src', `data:image/png;base64,${PNG}`);
  expect(core.inputsOf('screens.capture')).toEqual([{ connectionId: 'c1', id: 'm10' }]);
});

it('says in the tile why there is no picture', async () => {
  StandInObserver.show(screen.getAllByRole('listitem')[0] as Element, true);
  expect(await screen.findByText('Not supported there')).toBeVisible();
});

it('finds screens by name and tag, and goes to the console', async () => {
  const filter = screen.getByRole('searchbox', { name: 'Filter' });
  await user.type(filter, 'tag:db');
  expect(screen.getAllByRole('listitem')).toHaveLength(1);
  await user.clear(filter);
  await user.type(filter, 'nothing like it');
  expect(screen.getByText('No screen matches')).toBeVisible();
  await user.clear(filter);
  await user.click(screen.getByRole('button', { name: 'Console of web-2' }));
  expect(await screen.findByText('elsewhere')).toBeVisible();
});
