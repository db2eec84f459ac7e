const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

const formats = new Map<string, Intl.NumberFormat>();

/** Making a format is slow, and tables print thousands of numbers. */
function numberFormat(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(language, options);
    formats.set(key, format);
  }
  return format;
}

/** Binary units with about three digits, e.g. `1.5 GiB`, as libvirt and Nova count. */
export function formatBytes(bytes: number, language: string): string {
  let value = Math.abs(bytes);
  let unit = 0;
  // What would be printed as 1,000 or more goes to the next unit.
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const number = numberFormat(language, { maximumFractionDigits: digits }).format(bytes < 0 ? -value : value);
  return `${number} ${byteUnits[unit] ?? 'B'}`;
}

/** e.g. `12.3 MiB/s`. */
export function formatBytesPerSecond(bytesPerSecond: number, language: string): string {
  return `${formatBytes(bytesPerSecond, language)}/s`;
}

/** A share of 0 to 100, e.g. `7.5%`. */
export function formatPercent(percent: number, language: string): string {
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  return numberFormat(language, { style: 'percent', maximumFractionDigits: digits }).format(percent / 100);
}

/** A number with its thousands grouped. */
export function formatCount(count: number, language: string): string {
  return numberFormat(language, {}).format(count);
}

/** Date and time of epoch ms in the local time zone. */
export function formatDateTime(timeMs: number, language: string): string {
  const date = new Date(timeMs);
  if (Number.isNaN(date.getTime())) return '';
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(date);
}

/** Time of day of epoch ms in the local time zone, to the second. */
export function formatTime(timeMs: number, language: string): string {
  return new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(timeMs);
}

/** Seconds below two minutes, then minutes, then hours, in the words of the language. */
export function durationText(ms: number, language: string): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [value, unit] =
    seconds < 120
      ? [seconds, 'second']
      : seconds < 7_200
        ? [Math.round(seconds / 60), 'minute']
        : [Math.round(seconds / 3_600), 'hour'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
