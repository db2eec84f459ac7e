import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../kernel/app-error.ts';
import { createLogger, redact } from './log.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'virtdeck-log-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const written = (): string => readFileSync(join(dir, 'virtdeck.log'), 'utf8');
const SECRET = 'hunter2';
const fernet = `gAAAAABl${'x'.repeat(120)}==`;
const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${SECRET}\n-----END OPENSSH PRIVATE KEY-----`;

describe('the log never holds a secret', () => {
  it.each([
    ['a password field', { password: SECRET }],
    ['a passphrase', { passphrase: SECRET, passwd: SECRET }],
    ['deep in a request', { call: { body: { auth: { identity: { password: { user: { password: SECRET } } } } } } }],
    ['a list', { users: [{ name: 'a', secret: SECRET }] }],
    ['headers', { headers: { 'x-auth-token': SECRET, Authorization: SECRET, cookie: SECRET } }],
    ['answers to questions', { answers: [SECRET], answer: { values: [SECRET], remember: true } }],
    ['a key', { privateKey: SECRET, 'private-key': SECRET }],
    ['the text of a key', { detail: `cannot read ${key}` }],
    ['the cut-off text of a key', { detail: key.slice(0, -10) }],
    ['an address with a ticket', { url: `ws://127.0.0.1/bytes?a=1&ticket=${SECRET}&b=2` }],
    ['the printed address', { url: `http://127.0.0.1:1/?token=${SECRET}` }],
    ['an address with a password', { url: `http://admin:${SECRET}@proxy:3128/x` }],
    ['an error', { error: new AppError('AUTH_FAILED', { detail: `http://u:${SECRET}@h`, params: { token: SECRET } }) }],
    ['an error with fields', { error: Object.assign(new Error('no'), { config: { password: SECRET } }) }],
  ])('%s', (_what, fields) => {
    const log = createLogger(dir, 'debug');
    log.warn('a line', fields);
    log.with(fields).info('another');
    log.error(`text ${key} http://u:${SECRET}@h/`, {});
    expect(written()).not.toContain(SECRET);
    expect(written()).toContain('[secret]');
    expect(written().trim().split('\n')).toHaveLength(3);
  });

  it('nor a Keystone token, wherever it stands', () => {
    createLogger(dir).info(`token ${fernet}`, { note: `got ${fernet}`, list: [fernet] });
    expect(written()).not.toContain(fernet.slice(0, 60));
  });

  it('what is no secret stays', () => {
    const fields = { host: 'kvm1', port: 22, ok: true, nothing: null, path: '/v3/auth/tokens', at: 'http://h:80/a' };
    expect(redact(fields)).toEqual(fields);
  });
});

it('is bounded in depth, length and width, and takes what refers to itself', () => {
  const circle: Record<string, unknown> = { name: 'a' };
  circle['self'] = circle;
  const log = createLogger(dir);
  log.info('circle', circle);
  log.info('long', { text: 'x'.repeat(100_000), list: Array.from({ length: 10_000 }, () => 'y') });
  expect(written().length).toBeLessThan(10_000);
});

it('is readable by its owner only, leaves out debug lines unless asked, and keeps one old file', () => {
  writeFileSync(join(dir, 'virtdeck.log'), 'x'.repeat(6 * 1024 * 1024));
  const log = createLogger(dir);
  log.debug('not this');
  log.info('this');
  expect(written()).toContain('this');
  expect(written()).not.toContain('not this');
  expect(statSync(join(dir, 'virtdeck.log.1')).size).toBe(6 * 1024 * 1024);
  expect(statSync(join(dir, 'virtdeck.log')).mode & 0o077).toBe(0);
});

it.skipIf(process.platform !== 'linux')('goes on without a line where the disk is full', () => {
  symlinkSync('/dev/full', join(dir, 'virtdeck.log'));
  const log = createLogger(dir);
  for (let line = 0; line < 1_000; line++) log.warn('no room for this', { text: 'x'.repeat(1_000) });
});
