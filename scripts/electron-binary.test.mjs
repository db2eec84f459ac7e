import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchElectron, findElectron } from './electron-binary.mjs';

describe("Electron's binary", () => {
  let root;
  let folder;
  const lines = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'virtdeck-electron-'));
    folder = join(root, 'node_modules', 'electron');
    mkdirSync(folder, { recursive: true });
    lines.length = 0;
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** An installer in place of the electron package's own. */
  const fetchWith = (source, stalledMs = 10_000) => {
    writeFileSync(join(folder, 'install.js'), source);
    return fetchElectron(root, { stalledMs, say: (line) => lines.push(line) });
  };

  const succeed = `
    const fs = require('node:fs'), os = require('node:os'), path = require('node:path');
    fs.writeFileSync(path.join(os.tmpdir(), 'electron.zip'), Buffer.alloc(3_000_000));
    setTimeout(() => {
      fs.mkdirSync(path.join(__dirname, 'dist'));
      fs.writeFileSync(path.join(__dirname, 'dist', 'electron'), '');
      fs.writeFileSync(path.join(__dirname, 'path.txt'), 'electron');
    }, 700);`;

  it('is found only after its installer has run, which shows how much came', async () => {
    expect(findElectron(root)).toBeNull();
    const binary = join(folder, 'dist', 'electron');
    expect(await fetchWith(succeed)).toEqual({ binary });
    expect(findElectron(root)).toBe(binary);
    expect(lines).toContain('  3 MB');
    // The download itself is not kept.
    expect(readdirSync(folder).filter((name) => name.startsWith('.download-'))).toEqual([]);
  });

  it('is given up when nothing comes, and the installer is ended', async () => {
    const startedAt = Date.now();
    expect(await fetchWith('setInterval(() => {}, 1000);', 600)).toEqual({ failure: 'nothing came for 1 s' });
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  it('tells why its installer failed', async () => {
    const thrown = `console.error(new TypeError('fetch failed').stack); process.exit(1);`;
    expect(await fetchWith(thrown)).toEqual({ failure: 'fetch failed' });
    expect(await fetchWith('process.exit(3);')).toEqual({ failure: 'its installer ended with code 3' });
    expect(await fetchWith('process.exit(0);')).toEqual({ failure: 'its installer ended with code 0' });
  });
});
