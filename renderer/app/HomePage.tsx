import type { ReactNode } from 'react';
import { useConnections } from '../core-client/feeds.tsx';
import { WelcomePage } from '../features/connections/WelcomePage.tsx';
import { MachinesPage } from '../features/machines/MachinesPage.tsx';

/** The machines; before there is anything to connect to, what could be. */
export function HomePage(): ReactNode {
  const { items, freshness } = useConnections();
  return freshness === 'live' && items.length === 0 ? <WelcomePage /> : <MachinesPage />;
}
