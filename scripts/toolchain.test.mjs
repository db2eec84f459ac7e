import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isInstalled, isNodeSupported } from './toolchain.mjs';

it.each([
  ['18.20.4', false],
  ['20.18.9', false],
  ['20.19.0', true],
  ['21.7.3', false],
  ['22.11.0', false],
  ['22.12.0', true],
  ['24.0.0', true],
])('Node %s: %s', (version, isSupported) => {
  expect(isNodeSupported(version)).toBe(isSupported);
});

describe('what the lock file asks for', () => {
  let root;
  const entry = { version: '1.2.3', integrity: 'sha512-a' };
  const lock = {
    '': { name: 'virtdeck' },
    'node_modules/a': entry,
    // For another system, or a peer that npm may leave out.
    'node_modules/b': { version: '1.0.0', integrity: 'sha512-b', optional: true },
    'node_modules/c': { version: '1.0.0', integrity: 'sha512-c', peer: true },
  };
  const write = (path, text) => writeFileSync(join(root, path), text);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'virtdeck-toolchain-'));
    mkdirSync(join(root, 'node_modules'));
    write('package-lock.json', JSON.stringify({ packages: lock }));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it.each([
    ['there, without what is optional', JSON.stringify({ packages: { 'node_modules/a': entry } }), true],
    ['not there', JSON.stringify({ packages: {} }), false],
    ['another version', JSON.stringify({ packages: { 'node_modules/a': { ...entry, version: '1.2.2' } } }), false],
    ['other content', JSON.stringify({ packages: { 'node_modules/a': { ...entry, integrity: 'sha512-x' } } }), false],
    ['cut off while npm ran', '{"packages": {"node_modules/a', false],
  ])('is %s', (_what, installed, expected) => {
    write('node_modules/.package-lock.json', installed);
    expect(isInstalled(root)).toBe(expected);
  });

  it('is not there before the first installation', () => {
    expect(isInstalled(root)).toBe(false);
  });
});
