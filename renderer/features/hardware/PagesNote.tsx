import { Alert, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HardwareBasics } from '../../../shared/contract/hardware.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import type { HostCpus } from '../../../shared/contract/placement.ts';
import { formatBytes, formatCount } from '../../ui/format.ts';
import { pagesFor } from './numa-plan.ts';
import { useHostCpus } from './use-host-cpus.ts';

interface PagesNoteProps {
  basics: HardwareBasics;
  host: HostCpus | null;
  sizeBytes: number;
  /** The running machine has its pages already. */
  isNow: boolean;
}

/** Whether the host has enough large pages for the next start. */
export function PagesNote({ basics, host, sizeBytes, isNow }: PagesNoteProps): ReactNode {
  const { t, i18n } = useTranslation('hardware');
  const pages = pagesFor(host, sizeBytes, basics.numa.tune);
  if (host === null) return null;
  const needed = Math.ceil(basics.maxMemoryBytes / sizeBytes);
  const values = {
    size: formatBytes(sizeBytes, i18n.language),
    needed: formatCount(needed, i18n.language),
    // Of a host that does not tell, all count as free.
    free: formatCount(pages?.free ?? pages?.count ?? 0, i18n.language),
    total: formatCount(pages?.count ?? 0, i18n.language),
  };
  if (isNow) {
    return (
      <Typography variant="body2" color="text.secondary">
        {t('numa.pagesHad', values)}
      </Typography>
    );
  }
  const isShort = !hasEnough(pages, basics.maxMemoryBytes, sizeBytes);
  return (
    <Alert severity={isShort ? 'warning' : 'info'} variant="outlined" role={isShort ? 'alert' : 'status'}>
      {t(isShort ? 'numa.pagesShort' : 'numa.pagesEnough', values)}
    </Alert>
  );
}

/** Says of a machine that is off that it would not start for want of large pages; nothing where it would. */
export function PagesShortage({ machine, basics }: { machine: Machine; basics: HardwareBasics }): ReactNode {
  const { hugepages, tune } = basics.numa;
  const { host } = useHostCpus(machine);
  if (typeof hugepages !== 'number' || host === null) return null;
  const pages = pagesFor(host, hugepages, tune);
  return hasEnough(pages, basics.maxMemoryBytes, hugepages) ? null : (
    <PagesNote basics={basics} host={host} sizeBytes={hugepages} isNow={false} />
  );
}

function hasEnough(pages: ReturnType<typeof pagesFor>, bytes: number, sizeBytes: number): boolean {
  return pages !== null && (pages.free ?? pages.count) >= Math.ceil(bytes / sizeBytes);
}
