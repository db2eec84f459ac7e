import type { TFunction } from 'i18next';
import type { HostCpuCell } from '../../../shared/contract/placement.ts';
import { formatBytes } from '../../ui/format.ts';

/** The CPUs and the memory of a cell of a host, in words. */
export function cellText(
  { memoryBytes, freeBytes }: HostCpuCell,
  count: number,
  t: TFunction<'hardware'>,
  language: string,
): string {
  const parts = [
    t('placement.cpus', { count }),
    ...(memoryBytes === null ? [] : [formatBytes(memoryBytes, language)]),
    ...(freeBytes === null ? [] : [t('placement.free', { size: formatBytes(freeBytes, language) })]),
  ];
  return parts.join(' · ');
}
