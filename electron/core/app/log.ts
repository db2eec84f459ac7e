import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { Logger } from '../kernel/logger.ts';

const MAX_FILE_BYTES = 5 * 1024 * 1024;
/** What is kept for a disk that is full now; later lines are dropped. */
const MAX_WAITING_BYTES = 256 * 1024;

/** Field names whose values never reach the log, at any depth. */
const secretField = /pass(word|phrase)?|secret|token|authorization|cookie|private.?key|^answers?$|^values$/i;
/** Text that is a secret wherever it stands, and what is written instead. */
const secretText: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[secret]'],
  [/gAAAA[\w-]{40,}={0,2}/g, '[secret]'],
  [/([?&](?:token|ticket|password)=)[^&\s]+/gi, '$1[secret]'],
  [/(\w:\/\/[^\s/:@]*:)[^\s/@]+@/g, '$1[secret]@'],
];
const MAX_DEPTH = 6;
const MAX_TEXT = 4_000;

/**
 * A logger to `virtdeck.log` in the profile; the file before the last start's growth over 5 MiB is kept as `.1`. A disk
 * that is full ends nothing: lines wait for room, within bounds.
 */
export function createLogger(profileDir: string, level: 'debug' | 'info' = 'info'): Logger {
  mkdirSync(profileDir, { recursive: true, mode: 0o700 });
  const file = join(profileDir, 'virtdeck.log');
  rotate(file);
  const options = { dest: file, sync: true, mode: 0o600, maxLength: MAX_WAITING_BYTES } as const;
  const destination = pino.destination(options);
  // Without a listener the first line that cannot be written would end the app; there is nowhere to tell it.
  destination.on('error', () => undefined);
  return wrap(pino({ level, base: null }, destination));
}

/** The fields as they may be written: secrets replaced, errors with their message and stack, depth and length bounded. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string')
    return secretText.reduce((text, [pattern, instead]) => text.replace(pattern, instead), value).slice(0, MAX_TEXT);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deep]';
  if (value instanceof Error) {
    return {
      ...(redact(Object.fromEntries(Object.entries(value)), depth + 1) as object),
      message: redact(value.message),
      stack: redact(value.stack ?? ''),
    };
  }
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, secretField.test(key) ? '[secret]' : redact(item, depth + 1)]),
  );
}

function wrap(log: pino.Logger): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Record<string, unknown> = {}): void =>
      log[level](redact(fields), String(redact(message)));
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => wrap(log.child(redact(fields) as Record<string, unknown>)),
  };
}

function rotate(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_FILE_BYTES) renameSync(file, `${file}.1`);
}
