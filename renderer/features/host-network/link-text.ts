import type { TFunction } from 'i18next';
import type { HostLink } from '../../../shared/contract/host-links.ts';

/** e.g. `Bridge`, `VLAN 42`. */
export function linkKindText({ kind, vlanTag }: HostLink, t: TFunction): string {
  const word = t(`hostNetwork:kinds.${kind}`);
  return vlanTag === null ? word : `${word} ${vlanTag}`;
}

/** Up, down or, where the host does not tell, nothing. */
export function linkStateText({ isUp }: HostLink, t: TFunction): string {
  return isUp === null ? '' : t(isUp ? 'hostNetwork:states.up' : 'hostNetwork:states.down');
}

/** e.g. `10 Gbit/s`. */
export function speedText({ speedMbps }: HostLink, t: TFunction, language: string): string {
  if (speedMbps === null) return '';
  const isGiga = speedMbps >= 1_000;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(
    isGiga ? speedMbps / 1_000 : speedMbps,
  );
  return t(isGiga ? 'hostNetwork:gigabit' : 'hostNetwork:megabit', { number });
}
