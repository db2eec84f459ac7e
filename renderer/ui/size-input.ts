export const sizeUnits = ['MiB', 'GiB', 'TiB'] as const;
export type SizeUnit = (typeof sizeUnits)[number];

const unitBytes: Record<SizeUnit, number> = { MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

/** A size as a person enters it. */
export interface SizeInput {
  text: string;
  unit: SizeUnit;
}

/** The size in bytes; null where the text is no positive number, or one too big to count. */
export function sizeBytesOf({ text, unit }: SizeInput): number | null {
  if (!/^\d+([.,]\d+)?$/.test(text.trim())) return null;
  const bytes = Math.round(Number(text.trim().replace(',', '.')) * unitBytes[unit]);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : null;
}

/** A size as it is shown for editing, in the biggest unit in which it stays exact enough to read. */
export function sizeInputOf(bytes: number): SizeInput {
  const unit = [...sizeUnits].reverse().find((each) => bytes >= unitBytes[each]) ?? 'MiB';
  return { text: String(Math.round((bytes / unitBytes[unit]) * 1000) / 1000), unit };
}
