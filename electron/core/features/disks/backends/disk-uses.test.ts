import { describe, expect, it } from 'vitest';
import { param } from '../../../libvirt/protocol/typed-params.ts';
import { DiskUses, volumeKey } from './disk-uses.ts';

const web = { name: 'web', uuid: 'u1', id: 3 };
const db = { name: 'db', uuid: 'u2', id: -1 };

/** What the bulk call says of disks: target, path, capacity. */
const blocks = (...disks: [string, string | null, number][]): Parameters<DiskUses['addBlocks']>[0]['params'] => [
  param('uint', 'block.count', disks.length),
  ...disks.flatMap(([target, path, capacity], at) => [
    param('string', `block.${at}.name`, target),
    ...(path === null ? [] : [param('string', `block.${at}.path`, path)]),
    param('ullong', `block.${at}.capacity`, capacity),
  ]),
];

describe('the disks of domains', () => {
  it('are known with their sizes, and what is only below another one', () => {
    const uses = new DiskUses();
    const params = blocks(['vda', '/top.qcow2', 10], ['vda', '/base.qcow2', 8], ['vdb', '/data.raw', 5]);
    expect(uses.addBlocks({ dom: web, params })).toBe(true);
    expect(uses.all.get('/top.qcow2')).toEqual({
      machines: [{ id: 'u1', name: 'web', isRunning: true }],
      isBase: false,
      capacityBytes: 10,
      allocationBytes: null,
    });
    expect(uses.all.get('/base.qcow2')?.isBase).toBe(true);
    expect(uses.all.get('/data.raw')?.isBase).toBe(false);
  });

  it('may be those of several, and the base of one and the disk of another', () => {
    const uses = new DiskUses();
    uses.addBlocks({ dom: web, params: blocks(['vda', '/top', 10], ['vda', '/base', 8]) });
    uses.addBlocks({ dom: db, params: blocks(['vda', '/base', 8]) });
    expect(uses.all.get('/base')?.isBase).toBe(false);
    expect(uses.all.get('/base')?.machines.map(({ name }) => name)).toEqual(['web', 'db']);
    uses.add(db, volumeKey('images', 'x'), { isBase: false, capacityBytes: null, allocationBytes: null });
    expect(uses.all.has('images\0x')).toBe(true);
  });

  it('are not all known where a drive is empty or nothing is told', () => {
    const uses = new DiskUses();
    expect(uses.addBlocks({ dom: web, params: blocks(['vda', '/top', 1], ['sda', null, 0]) })).toBe(false);
    expect(uses.addBlocks({ dom: db, params: [] })).toBe(false);
    expect([...uses.all.keys()]).toEqual(['/top']);
    expect(uses.addBlocks({ dom: db, params: [param('uint', 'block.count', 4_000_000_000)] })).toBe(false);
  });
});
