import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isoImage } from './iso9660.ts';

const writtenAt = new Date('2026-11-29T21:08:07.650Z');
const long = Buffer.from(`#cloud-config\n${'# 😀 it\'s "long" & <b>\n'.repeat(300)}`);
const files = [
  { name: 'user-data', content: long },
  { name: 'meta-data', content: Buffer.from('instance-id: x\n') },
  { name: 'network-config', content: Buffer.alloc(0) },
  { name: 'Long Name.text', content: Buffer.alloc(2048, 7) },
];

describe('isoImage', () => {
  const image = isoImage('cidata', files, writtenAt);

  it('is a whole number of sectors and the same for the same input', () => {
    expect(image.length).toBe((25 + 4 + 1 + 1 + 1) * 2048);
    expect(isoImage('cidata', files, writtenAt).equals(image)).toBe(true);
  });

  it('refuses what does not fit', () => {
    expect(() => isoImage('seventeen letters', [], writtenAt)).toThrow(RangeError);
    const [file] = files;
    expect(() =>
      isoImage(
        'x',
        [
          { ...file!, name: 'a' },
          { ...file!, name: 'a' },
        ],
        writtenAt,
      ),
    ).toThrow(/one name/);
    expect(() => isoImage('x', [{ ...file!, name: 'n'.repeat(65) }], writtenAt)).toThrow(/64/);
    const many = Array.from({ length: 50 }, (_, at) => ({ name: `${at}-file`, content: Buffer.alloc(1) }));
    expect(() => isoImage('x', many, writtenAt)).toThrow(/50 files/);
  });

  const hasIsoinfo = spawnSync('isoinfo', ['-version']).status === 0;
  if (!hasIsoinfo)
    console.log('skipped: images as isoinfo reads them (isoinfo, of the package genisoimage, is missing)');

  describe.skipIf(!hasIsoinfo)('as isoinfo reads it', () => {
    let dir: string;
    let file: string;
    const isoinfo = (...args: string[]): Buffer => execFileSync('isoinfo', ['-i', file, ...args]);

    beforeAll(() => {
      dir = mkdtempSync(join(tmpdir(), 'virtdeck-iso-'));
      file = join(dir, 'image.iso');
      writeFileSync(file, image);
    });
    afterAll(() => rmSync(dir, { recursive: true }));

    it('has its label, size and date', () => {
      const told = isoinfo('-d').toString();
      expect(told).toContain('Volume id: cidata');
      expect(told).toContain(`Volume size is: ${image.length / 2048}`);
      expect(told).toContain('Joliet with UCS level 3 found');
    });

    it('has each file in full under its own name', () => {
      const names = isoinfo('-J', '-f').toString().trim().split('\n');
      expect(names.sort()).toEqual(files.map(({ name }) => `/${name}`).sort());
      for (const { name, content } of files) {
        expect(isoinfo('-J', '-x', `/${name}`).equals(content), name).toBe(true);
      }
    });

    it('has the short names for other readers', () => {
      const names = isoinfo('-f').toString().trim().split('\n');
      expect(names.sort()).toEqual(['/LONG_NAM.TEX;1', '/META_DAT.;1', '/NETWORK_.;1', '/USER_DAT.;1']);
      expect(isoinfo('-x', '/USER_DAT.;1').equals(long)).toBe(true);
    });
  });
});
