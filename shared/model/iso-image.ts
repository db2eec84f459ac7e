/** The part of an ISO image that tells what it is: its first volume descriptor (ECMA-119, 8.4). */
export const ISO_HEADER = { offset: 32_768, length: 2_048 } as const;

const LABEL = { start: 40, end: 72 };

/** What the first bytes of an image tell. */
export interface IsoHeader {
  isIso: boolean;
  /** The volume's name, e.g. `Debian 12.5.0 amd64 n`; null where it has none. */
  label: string | null;
}

/** Reads `ISO_HEADER` of an image, or as much as there is of it. */
export function readIsoHeader(bytes: Uint8Array): IsoHeader {
  const text = (start: number, end: number): string => String.fromCharCode(...bytes.subarray(start, end));
  const mark = text(1, 6);
  // UDF alone, as some makers write, begins so.
  if (mark === 'BEA01') return { isIso: true, label: null };
  if (mark !== 'CD001') return { isIso: false, label: null };
  const label = text(LABEL.start, LABEL.end)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return { isIso: true, label: label === '' ? null : label };
}
