import type { TFunction } from 'i18next';
import type { SnapshotObstacle } from '../../../shared/contract/snapshots.ts';

/** Why something is not possible, with the disks that it is about; null where nothing stands against it. */
export function reasonText(obstacle: SnapshotObstacle | null, t: TFunction): string | null {
  if (obstacle === null) return null;
  const text = t(`snapshots:reasons.${obstacle.reason}`);
  return obstacle.disks.length === 0
    ? text
    : t('snapshots:reasonWithDisks', { text, disks: obstacle.disks.join(', ') });
}
