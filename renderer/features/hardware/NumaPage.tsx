import { Button, Stack } from '@mui/material';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HardwareBasics } from '../../../shared/contract/hardware.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { formatBytes } from '../../ui/format.ts';
import type { PageProps } from './ChangeForm.tsx';
import { GuestCellsForm } from './GuestCellsForm.tsx';
import { MemoryBackingForm } from './MemoryBackingForm.tsx';
import { NumaTuneForm } from './NumaTuneForm.tsx';
import { PendingTable } from './PendingTable.tsx';
import { useHostCpus } from './use-host-cpus.ts';

/** Where the memory of a machine lies on its host, and how the guest sees it. */
export function NumaPage(props: PageProps & { basics: HardwareBasics }): ReactNode {
  const { machine } = props;
  const { t } = useTranslation('hardware');
  const { host, error, refetch } = useHostCpus(machine);
  return (
    <Stack spacing={4}>
      <PendingNuma {...props} />
      {error !== null && (
        <ErrorDetails
          error={error}
          context={{ machineName: machine.name }}
          actions={
            <Button size="small" variant="outlined" onClick={refetch}>
              {t('retry')}
            </Button>
          }
        />
      )}
      <NumaTuneForm {...props} host={host} />
      <GuestCellsForm {...props} host={host} />
      <MemoryBackingForm {...props} host={host} />
    </Stack>
  );
}

function PendingNuma({ hardware: { now, next } }: PageProps): ReactNode {
  const { t, i18n } = useTranslation('hardware');
  if (now === null || next === null) return null;
  const before = new Map(told(now, t, i18n.language));
  const rows = told(next, t, i18n.language)
    .map(([label, after]) => ({ key: label, label, now: before.get(label) ?? null, next: after }))
    .filter((row) => row.now !== row.next);
  return rows.length === 0 ? null : <PendingTable rows={rows} />;
}

function told(
  { numa, hasSharedMemory }: HardwareBasics,
  t: TFunction<'hardware'>,
  language: string,
): [string, string | null][] {
  const { tune, cells, hugepages, isLocked } = numa;
  const yesNo = (is: boolean): string => t(is ? 'numa.yes' : 'numa.no');
  return [
    [t('numa.tune'), tune === null ? null : `${t(`numa.modes.${tune.mode}`, tune.mode)}: ${tune.nodes}`],
    [
      t('numa.guest'),
      cells.length === 0
        ? null
        : cells
            .map(({ vcpus, memoryBytes, nodes }) => {
              const size = formatBytes(memoryBytes, language);
              return `${vcpus} (${nodes === '' ? size : `${size}, ${t('placement.cell', { number: nodes })}`})`;
            })
            .join(', '),
    ],
    [
      t('numa.hugepages.label'),
      typeof hugepages === 'number' ? formatBytes(hugepages, language) : t(`numa.hugepages.${hugepages}`),
    ],
    [t('numa.locked'), yesNo(isLocked)],
    [t('numa.shared'), yesNo(hasSharedMemory)],
  ];
}
