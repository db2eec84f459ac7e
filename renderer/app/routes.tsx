import { createHashRouter, Navigate } from 'react-router';
import { NotFoundPage, RouteErrorPage } from './ErrorPage.tsx';
import { Loading } from './Loading.tsx';
import { Shell } from './Shell.tsx';

/** The pages by address. Each is its own chunk; charts, documents and the console come with the machine's. */
export function createAppRouter(): ReturnType<typeof createHashRouter> {
  return createHashRouter([
    {
      Component: Shell,
      ErrorBoundary: RouteErrorPage,
      children: [
        {
          ErrorBoundary: RouteErrorPage,
          HydrateFallback: Loading,
          children: [
            { index: true, element: <Navigate to="/machines" replace /> },
            {
              path: 'machines',
              lazy: async () => ({ Component: (await import('./HomePage.tsx')).HomePage }),
            },
            {
              path: 'machines/new',
              lazy: async () => ({
                Component: (await import('../features/provisioning/NewMachinePage.tsx')).NewMachinePage,
              }),
            },
            {
              path: 'machines/:connectionId/:id/clone',
              lazy: async () => ({ Component: (await import('../features/provisioning/ClonePage.tsx')).ClonePage }),
            },
            {
              path: 'machines/:connectionId/:id/:tab?',
              lazy: async () => ({
                Component: (await import('../features/machine-details/MachinePage.tsx')).MachinePage,
              }),
            },
            {
              path: 'screens',
              lazy: async () => ({ Component: (await import('../features/screens/ScreensPage.tsx')).ScreensPage }),
            },
            {
              path: 'consoles',
              lazy: async () => ({ Component: (await import('../features/consoles/ConsolesPage.tsx')).ConsolesPage }),
            },
            {
              path: 'storage',
              lazy: async () => ({ Component: (await import('../features/storage/StoragePage.tsx')).StoragePage }),
            },
            {
              path: 'storage/:connectionId/:poolId',
              lazy: async () => ({ Component: (await import('../features/storage/PoolPage.tsx')).PoolPage }),
            },
            {
              path: 'disks',
              lazy: async () => ({ Component: (await import('../features/disks/DisksPage.tsx')).DisksPage }),
            },
            {
              path: 'networks',
              lazy: async () => ({ Component: (await import('../features/networks/NetworksPage.tsx')).NetworksPage }),
            },
            {
              path: 'networks/new',
              lazy: async () => ({
                Component: (await import('../features/networks/NewNetworkPage.tsx')).NewNetworkPage,
              }),
            },
            {
              path: 'networks/:connectionId/:networkId',
              lazy: async () => ({ Component: (await import('../features/networks/NetworkPage.tsx')).NetworkPage }),
            },
            {
              path: 'key-pairs',
              lazy: async () => ({ Component: (await import('../features/key-pairs/KeyPairsPage.tsx')).KeyPairsPage }),
            },
            {
              path: 'flavors',
              lazy: async () => ({ Component: (await import('../features/flavors/FlavorsPage.tsx')).FlavorsPage }),
            },
            {
              path: 'security-groups',
              lazy: async () => ({
                Component: (await import('../features/network-filters/SecurityGroupsPage.tsx')).SecurityGroupsPage,
              }),
            },
            {
              path: 'security-groups/:connectionId/:filterId',
              lazy: async () => ({
                Component: (await import('../features/network-filters/FilterPage.tsx')).FilterPage,
              }),
            },
            {
              path: 'hosts/:connectionId/:tab?',
              lazy: async () => ({ Component: (await import('../features/hosts/HostPage.tsx')).HostPage }),
            },
            {
              path: 'connections',
              lazy: async () => ({
                Component: (await import('../features/connections/ConnectionsPage.tsx')).ConnectionsPage,
              }),
            },
            {
              path: 'connections/:connectionId',
              lazy: async () => ({
                Component: (await import('../features/connections/ConnectionPage.tsx')).ConnectionPage,
              }),
            },
            {
              path: 'settings',
              lazy: async () => ({
                Component: (await import('../features/settings/SettingsPage.tsx')).SettingsPage,
              }),
            },
            { path: '*', Component: NotFoundPage },
          ],
        },
      ],
    },
  ]);
}
