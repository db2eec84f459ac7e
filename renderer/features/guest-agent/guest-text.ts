import type { TFunction } from 'i18next';

/** A clock that differs by no more is right: asking takes its time too. */
const CLOCK_TOLERANCE_SECONDS = 2;

/** `UTC+05:30` for 19,800. */
export function offsetText(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `UTC${seconds < 0 ? '−' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** How far the guest's clock is from ours. */
export function clockText(aheadSeconds: number, t: TFunction, language: string): string {
  const seconds = Math.abs(aheadSeconds);
  if (seconds <= CLOCK_TOLERANCE_SECONDS) return t('guestAgent:clock.right');
  const [amount, unit] =
    seconds < 120
      ? [seconds, 'second']
      : seconds < 7_200
        ? [seconds / 60, 'minute']
        : seconds < 172_800
          ? [seconds / 3_600, 'hour']
          : [seconds / 86_400, 'day'];
  const time = new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: 0,
  }).format(amount);
  return t(aheadSeconds > 0 ? 'guestAgent:clock.ahead' : 'guestAgent:clock.behind', { time });
}
