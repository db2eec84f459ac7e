import {
  mdiCloudOutline,
  mdiCogOutline,
  mdiConsole,
  mdiDatabaseOutline,
  mdiKeyboardOutline,
  mdiHarddisk,
  mdiIpNetworkOutline,
  mdiKeyOutline,
  mdiLanConnect,
  mdiMonitor,
  mdiMonitorMultiple,
  mdiPlus,
  mdiServer,
  mdiShieldOutline,
  mdiThemeLightDark,
  mdiTrayFull,
  mdiViewGridOutline,
  mdiTuneVariant,
} from '@mdi/js';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSettings } from '../../app/settings.tsx';
import { useShell } from '../../app/shell-state.ts';
import { useConnections, useMachines } from '../../core-client/feeds.tsx';
import { machineActionDefs } from '../machines/machine-action-defs.ts';
import { machinePath } from '../machines/machine-path.ts';
import { useMachinePaletteItems } from '../machines/palette-items.ts';
import { bestFits, wordsOf, type PaletteEntry } from './palette-search.ts';

/** Machines that are looked at for a query, each with what can be done with it. */
const MAX_MACHINES = 20;
const MAX_PER_GROUP = 12;
/** Without a query the machines are only a hint of what can be found. */
const MAX_IDLE = 6;

/** What a line about a machine does, as menus show it. */
const machineIcons: ReadonlyMap<string, string> = new Map([
  ['console', mdiConsole],
  ...machineActionDefs.map(({ id, icon }): [string, string] => [id, icon]),
]);

/** What the palette shows for a query: with none the recent entries first, else the group of the best fit first. */
export function usePaletteEntries(query: string, recent: readonly string[]): readonly PaletteEntry[] {
  const machines = useMachineEntries(query);
  const fixed = useFixedEntries();
  const recentMachines = useRecentMachines(recent);
  return useMemo(() => {
    const words = wordsOf(query);
    if (words.length === 0) {
      const known = new Map([...fixed, ...recentMachines].map((entry) => [entry.id, entry]));
      const shown = recent.flatMap((id) => known.get(id) ?? []).slice(0, MAX_IDLE);
      const ids = new Set(shown.map(({ id }) => id));
      const rest = fixed.filter(({ id }) => !ids.has(id));
      const idleMachines = machines.filter(({ id }) => id.startsWith('open/') && !ids.has(id)).slice(0, MAX_IDLE);
      return [
        ...shown.map((entry): PaletteEntry => ({ ...entry, group: 'recent' })),
        ...rest.filter(({ group }) => group === 'pages'),
        ...idleMachines,
        ...rest.filter(({ group }) => group === 'connections').slice(0, MAX_IDLE),
        ...rest.filter(({ group }) => group === 'commands'),
      ];
    }
    const best = bestFits([...machines, ...fixed], words, 200);
    const groups = [...new Set(best.map(({ group }) => group))];
    return groups.flatMap((group) => best.filter((entry) => entry.group === group).slice(0, MAX_PER_GROUP));
  }, [query, recent, machines, fixed, recentMachines]);
}

function useMachineEntries(query: string): readonly PaletteEntry[] {
  const items = useMachinePaletteItems(query, MAX_MACHINES);
  const { byId: machines } = useMachines();
  const { byId: connections } = useConnections();
  return useMemo(
    () =>
      items.map((item): PaletteEntry => {
        const [action = '', ...key] = item.id.split('/');
        const machine = machines.get(key.join('/'));
        return {
          ...item,
          group: 'machines',
          icon: machineIcons.get(action) ?? mdiMonitor,
          hint: connections.get(machine?.connectionId ?? '')?.name ?? '',
        };
      }),
    [items, machines, connections],
  );
}

/** The machines that were opened by the palette before, where they are still there. */
function useRecentMachines(recent: readonly string[]): readonly PaletteEntry[] {
  const { byId: machines } = useMachines();
  const { byId: connections } = useConnections();
  const navigate = useNavigate();
  return useMemo(
    () =>
      recent.flatMap((id): PaletteEntry[] => {
        const machine = id.startsWith('open/') ? machines.get(id.slice('open/'.length)) : undefined;
        if (machine === undefined) return [];
        return [
          {
            id,
            group: 'recent',
            icon: mdiMonitor,
            label: machine.name,
            keywords: '',
            hint: connections.get(machine.connectionId)?.name ?? '',
            run: () => void navigate(machinePath(machine)),
          },
        ];
      }),
    [recent, machines, connections, navigate],
  );
}

/** Pages, connections and what concerns the app itself. */
function useFixedEntries(): readonly PaletteEntry[] {
  const { t } = useTranslation('palette');
  const { items: connections } = useConnections();
  const { show } = useShell();
  const { settings, update } = useSettings();
  const navigate = useNavigate();
  return useMemo(() => {
    const entry = (
      group: PaletteEntry['group'],
      id: string,
      icon: string,
      label: string,
      run: () => void,
      hint = '',
    ): PaletteEntry => ({ id: `${group}/${id}`, group, icon, label, keywords: hint, hint, run });
    const go = (to: string) => () => void navigate(to);
    const themes = (['light', 'dark', 'system'] as const).filter((theme) => theme !== settings.theme);
    return [
      entry('pages', 'machines', mdiMonitorMultiple, t('app:nav.machines'), go('/machines')),
      entry('pages', 'screens', mdiViewGridOutline, t('app:nav.screens'), go('/screens')),
      entry('pages', 'consoles', mdiConsole, t('app:nav.consoles'), go('/consoles')),
      entry('pages', 'storage', mdiDatabaseOutline, t('app:nav.storage'), go('/storage')),
      entry('pages', 'disks', mdiHarddisk, t('app:nav.disks'), go('/disks')),
      entry('pages', 'networks', mdiIpNetworkOutline, t('app:nav.networks'), go('/networks')),
      entry('pages', 'securityGroups', mdiShieldOutline, t('app:nav.securityGroups'), go('/security-groups')),
      entry('pages', 'flavors', mdiTuneVariant, t('app:nav.flavors'), go('/flavors')),
      entry('pages', 'keyPairs', mdiKeyOutline, t('app:nav.keyPairs'), go('/key-pairs')),
      entry('pages', 'connections', mdiLanConnect, t('app:nav.connections'), go('/connections')),
      entry('pages', 'settings', mdiCogOutline, t('app:nav.settings'), go('/settings')),
      ...connections.flatMap(({ id, name, target }) => {
        const icon = target.kind === 'libvirt' ? mdiServer : mdiCloudOutline;
        const address = target.kind === 'libvirt' ? target.uri : target.authUrl;
        return [
          entry(
            'connections',
            `${id}/machines`,
            icon,
            t('machinesOf', { name }),
            go(`/machines?scope=${encodeURIComponent(id)}`),
            address,
          ),
          entry(
            'connections',
            id,
            icon,
            t('connection', { name }),
            go(`/connections/${encodeURIComponent(id)}`),
            address,
          ),
        ];
      }),
      ...(connections.some(({ target }) => target.kind === 'libvirt')
        ? [entry('commands', 'newMachine', mdiPlus, t('provisioning:action'), go('/machines/new'))]
        : []),
      entry('commands', 'addHost', mdiPlus, t('addHost'), () => show({ adding: { kind: 'libvirt' } })),
      entry('commands', 'addCloud', mdiPlus, t('addCloud'), () => show({ adding: { kind: 'openstack' } })),
      entry('commands', 'tasks', mdiTrayFull, t('tasks:show'), () => show({ isTaskDrawerOpen: true })),
      ...themes.map((theme) =>
        entry('commands', `theme/${theme}`, mdiThemeLightDark, t(`themes.${theme}`), () => update({ theme })),
      ),
      entry('commands', 'help', mdiKeyboardOutline, t('app:help.title'), () => show({ isHelpOpen: true })),
    ];
  }, [t, connections, navigate, settings.theme, show, update]);
}
