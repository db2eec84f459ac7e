// What an installer would ship, from the real build and a stand-in for Electron's files (its binary needs a download).
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageApp } from './package.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(join(tmpdir(), 'virtdeck-package-'));
const unpacked = join(work, 'dist', 'linux-unpacked');
const asar = join(unpacked, 'resources', 'app.asar');

/** Electron's fuses are bytes behind this mark in its binary: version 1, nine of them, all at their default. */
const fuseMark = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

function makeElectronStandIn(folder) {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  for (const language of ['de', 'en-US', 'zh-CN']) writeFileSync(join(folder, 'locales', `${language}.pak`), '');
  writeFileSync(join(folder, 'LICENSE'), '');
  writeFileSync(join(folder, 'version'), '45.4.1');
  writeFileSync(join(folder, 'electron'), `${fuseMark}\u0001\u0009101100000`, { mode: 0o755 });
}

beforeAll(async () => {
  const built = join(root, 'build');
  if (!existsSync(join(built, 'renderer', 'index.html'))) throw new Error('Run `npm run build` first.');
  // A copy, with things beside it that must stay out.
  for (const part of ['electron', 'renderer']) cpSync(join(built, part), join(work, 'app', part), { recursive: true });
  mkdirSync(join(work, 'app', 'node_modules', 'left-over'), { recursive: true });
  writeFileSync(join(work, 'app', 'node_modules', 'left-over', 'index.js'), '');
  mkdirSync(join(work, 'app', 'portal'));
  writeFileSync(join(work, 'app', 'portal', 'cli.js'), '');
  makeElectronStandIn(join(work, 'electron'));
  const args = ['--linux', 'dir', `-c.electronDist=${join(work, 'electron')}`];
  const code = await packageApp([...args, `-c.directories.output=${join(work, 'dist')}`], {
    folder: join(work, 'app'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  expect(code).toBe(0);
}, 120_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Files of a built folder as they must be in the archive. */
function shippedFiles(folder) {
  return readdirSync(join(root, 'build', folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, 'build').length));
}

describe('the packaged app', () => {
  it('holds the main program, the preload, the renderer and nothing else', () => {
    const files = [...readArchive(asar).keys()];
    const own = files.filter((path) => !path.startsWith('/renderer/'));
    expect(own.sort()).toEqual([
      '/electron/icon.png',
      '/electron/main.js',
      '/electron/main.js.LEGAL.txt',
      '/electron/preload.cjs',
      '/package.json',
    ]);
    const renderer = files.filter((path) => path.startsWith('/renderer/'));
    expect(renderer.sort()).toEqual(shippedFiles('renderer').sort());
    expect(renderer).toContain('/renderer/index.html');
  });

  it('starts at the main program and needs no package', () => {
    const archive = readArchive(asar);
    const manifest = JSON.parse(archive.get('/package.json'));
    expect(manifest).toMatchObject({ name: 'virtdeck', main: 'electron/main.js', type: 'module' });
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.scripts).toBeUndefined();
    const bare = /^import .* from ["'](?!node:|electron["'])([^."'/][^"']*)["']/gm;
    const imports = [...archive.get('/electron/main.js').matchAll(bare)].map((match) => match[1]);
    expect(imports.filter((name) => !builtinModules.includes(name))).toEqual([]);
  });

  it('keeps the languages that the app speaks', () => {
    expect(readdirSync(join(unpacked, 'locales')).sort()).toEqual(['en-US.pak', 'zh-CN.pak']);
  });

  it('has its fuses set: no Node mode, no debugger, nothing but the archive is loaded', () => {
    const binary = readFileSync(join(unpacked, 'virtdeck'), 'latin1');
    const wire = binary.slice(binary.indexOf(fuseMark) + fuseMark.length + 2);
    // runAsNode, cookieEncryption, nodeOptions, nodeCliInspect, asarIntegrity, onlyLoadAppFromAsar, snapshot, fileProtocol
    expect(wire.slice(0, 8)).toBe('00001100');
  });
});

/** Reads an asar archive: two pickled numbers, a JSON directory, then the files one after the other. */
function readArchive(file) {
  const bytes = readFileSync(file);
  const contents = 8 + bytes.readUInt32LE(4);
  const directory = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12)));
  const files = new Map();
  const walk = (node, path) => {
    if (node.files) {
      for (const [name, child] of Object.entries(node.files)) walk(child, `${path}/${name}`);
      return;
    }
    expect(node.unpacked, path).toBeUndefined();
    const start = contents + Number(node.offset);
    files.set(path, bytes.toString('utf8', start, start + node.size));
  };
  walk(directory, '');
  return files;
}
