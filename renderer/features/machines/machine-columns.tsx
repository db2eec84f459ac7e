import type { i18n, TFunction } from 'i18next';
import type { Machine } from '../../../shared/contract/machines.ts';
import { machineStates } from '../../../shared/model/machine-actions.ts';
import { formatBytes, formatCount, formatDateTime, formatPercent } from '../../ui/format.ts';
import type { ResourceColumn } from '../../ui/resource-table/column.ts';
import { templateText } from '../../ui/template-text.ts';
import { TagsCell } from '../notes/tag-chips.tsx';
import { AddressesCell, CpuCell, NameCell, PlaceCell, TextCell } from './machine-cells.tsx';
import type { MachineRow } from './machine-rows.ts';
import { StateText, stateTexts, stateTextProps } from './machine-state.tsx';

/** Which worlds there are: columns that only one of them fills are hidden without it. */
interface Worlds {
  hasHosts: boolean;
  hasClouds: boolean;
  hasTags: boolean;
}

/** The columns of the Machines table in the person's language. */
export function machineColumns(t: TFunction, i18n: i18n, worlds: Worlds): ResourceColumn<MachineRow>[] {
  const language = i18n.language;
  const copyText = templateText(t, 'machines:copyAddress', 'address');
  const states = stateTexts(t, i18n);
  const columns: (ResourceColumn<MachineRow> & { id: keyof typeof widths })[] = [
    {
      ...column('name'),
      isFlexible: true,
      isRequired: true,
      sortValue: ({ machine }) => machine.name,
      render: ({ machine }) => <NameCell name={machine.name} {...marksOf(machine, t)} />,
    },
    {
      ...column('state'),
      isLive: true,
      sortValue: ({ machine }) => machineStates.indexOf(machine.state),
      render: ({ machine, pending, isOnline }) => (
        <StateText {...stateTextProps(machine, pending, !isOnline, states)} />
      ),
    },
    {
      ...column('vcpus'),
      isNumeric: true,
      sortValue: ({ machine }) => machine.vcpus,
      render: ({ machine }) => (
        <TextCell text={machine.vcpus === null ? '' : formatCount(machine.vcpus, language)} title="" />
      ),
    },
    {
      ...column('memory'),
      isNumeric: true,
      sortValue: ({ machine }) => machine.memoryBytes,
      render: ({ machine }) => (
        <TextCell
          text={machine.memoryBytes === null ? '' : formatBytes(machine.memoryBytes, language)}
          title={memoryHint(machine, t, language)}
        />
      ),
    },
    {
      ...column('cpu'),
      isNumeric: true,
      isLive: true,
      sortValue: ({ machine, isOnline }) => (isOnline ? machine.cpuPercent : null),
      render: ({ machine: { cpuPercent }, isOnline }) => (
        // What was used before the connection went down says nothing about now.
        <CpuCell
          percent={isOnline ? cpuPercent : null}
          text={cpuPercent === null ? '' : formatPercent(cpuPercent, language)}
        />
      ),
    },
    {
      ...column('addresses'),
      isFlexible: true,
      sortValue: ({ machine }) => machine.addresses[0] ?? null,
      render: ({ machine }) => <AddressesCell addresses={machine.addresses.join(' ')} copyText={copyText} />,
    },
    {
      ...column('tags'),
      isFlexible: true,
      isHidden: !worlds.hasTags,
      sortValue: ({ machine }) => machine.tags?.join(' ') ?? null,
      render: ({ machine }) => <TagsCell tags={machine.tags?.join('\n') ?? ''} />,
    },
    {
      ...column('folder'),
      isFlexible: true,
      isHidden: true,
      sortValue: ({ machine }) => machine.folder,
      render: ({ machine }) => <TextCell text={machine.folder ?? ''} />,
    },
    {
      ...column('host'),
      isFlexible: true,
      sortValue: ({ machine, connection }) => `${connection?.name ?? ''} ${machine.host ?? ''}`,
      render: ({ machine, connection }) => (
        <PlaceCell
          isCloud={machine.kind === 'instance'}
          connection={connection?.name ?? ''}
          host={machine.host ?? ''}
        />
      ),
    },
    {
      ...column('flavor'),
      isHidden: !worlds.hasClouds,
      sortValue: ({ machine }) => machine.flavorName,
      render: ({ machine }) => <TextCell text={machine.flavorName ?? ''} />,
    },
    {
      ...column('autostart'),
      // Tags say more, and there is not room for both.
      isHidden: !worlds.hasHosts || worlds.hasClouds || worlds.hasTags,
      sortValue: ({ machine }) => (machine.autostart === null ? null : machine.autostart ? 0 : 1),
      render: ({ machine: { autostart } }) => (
        <TextCell text={autostart === null ? '' : t(autostart ? 'machines:autostart.on' : 'machines:autostart.off')} />
      ),
    },
    {
      ...column('created'),
      isHidden: true,
      sortValue: ({ machine }) => machine.createdAt,
      render: ({ machine }) => (
        <TextCell text={machine.createdAt === null ? '' : formatDateTime(machine.createdAt, language)} />
      ),
    },
    {
      ...column('id'),
      isHidden: true,
      sortValue: ({ machine }) => machine.id,
      render: ({ machine }) => <TextCell text={machine.id} isMonospace />,
    },
  ];
  return columns;
}

const widths = {
  name: 180,
  state: 124,
  vcpus: 56,
  memory: 84,
  cpu: 104,
  // An IPv4 address in full, and how many more there are.
  addresses: 164,
  tags: 112,
  folder: 120,
  host: 146,
  flavor: 92,
  autostart: 92,
  created: 170,
  id: 290,
};

function column<Id extends keyof typeof widths>(id: Id): { id: Id; label: string; widthPx: number } {
  return { id, label: `machines:columns.${id}`, widthPx: widths[id] };
}

function marksOf(
  machine: Machine,
  t: TFunction,
): Record<'locked' | 'ownedByNova' | 'transient' | 'managedSave' | 'template', string> {
  const { locked, lockedReason, ownedByNova, kind, persistent, hasManagedSave, isTemplate } = machine;
  return {
    locked: !locked
      ? ''
      : lockedReason === null
        ? t('machines:marks.locked')
        : t('machines:marks.lockedBecause', { reason: lockedReason }),
    ownedByNova: ownedByNova && kind === 'domain' ? t('machines:marks.ownedByNova') : '',
    transient: persistent ? '' : t('machines:marks.transient'),
    managedSave: hasManagedSave ? t('machines:marks.managedSave') : '',
    template: isTemplate === true ? t('machines:marks.template') : '',
  };
}

function memoryHint({ memoryUsedBytes: used, memoryBytes: total }: Machine, t: TFunction, language: string): string {
  if (used === null || total === null) return '';
  return t('machines:memoryUsed', { used: formatBytes(used, language), total: formatBytes(total, language) });
}

/** What the filter searches in: everything a row shows in words, and the id; `tag:web` and `folder:shop` too. */
export function machineText(t: TFunction): (row: MachineRow) => string {
  // Looked up once: the first key in the filter asks for the text of every row.
  const states = new Map(machineStates.map((state) => [state, t(`machines:states.${state}`)]));
  const locked = t('machines:marks.locked');
  const template = t('machines:template');
  return ({ machine, connection }) =>
    [
      machine.name,
      machine.id,
      states.get(machine.state),
      machine.nativeState,
      machine.host,
      machine.flavorName,
      connection?.name,
      machine.locked ? locked : null,
      machine.isTemplate === true ? template : null,
      ...machine.addresses,
      machine.folder === null ? null : `folder:${machine.folder}`,
      ...(machine.tags ?? []).map((tag) => `tag:${tag}`),
    ]
      .filter((part) => part !== null && part !== undefined)
      .join('\n');
}
