import { describe, expect, it } from 'vitest';
import { fieldsOf, poolFieldFault, poolKindRules, poolKinds, poolNameFault, type PoolFault } from './pool-kinds.ts';

const present = [{ name: 'images', type: 'dir', targetPath: '/var/lib/libvirt/images' }];

it.each([
  ['', 'poolNameEmpty'],
  ['a/b', 'poolNameCharacters'],
  [' a', 'poolNameCharacters'],
  ['images', 'poolNameTaken'],
  ['new <pool>', null],
])('a pool called %j: %s', (name, fault) => {
  expect(poolNameFault(name, present)).toBe(fault);
});

const cases: [Parameters<typeof poolFieldFault>[0], Parameters<typeof poolFieldFault>[1], string, PoolFault | null][] =
  [
    ['dir', 'targetPath', '', 'fieldEmpty'],
    ['dir', 'targetPath', 'images', 'notAbsolute'],
    ['dir', 'targetPath', '/var/lib/libvirt/images/', 'pathTaken'],
    ['dir', 'targetPath', '/var/lib/libvirt/images2', null],
    ['netfs', 'host', '', 'fieldEmpty'],
    ['netfs', 'host', 'nas; rm', 'hostCharacters'],
    ['netfs', 'host', 'nas.example', null],
    ['netfs', 'directory', 'export', 'notAbsolute'],
    ['gluster', 'directory', 'sub', null],
    ['logical', 'device', '', null],
    ['iscsi', 'iqn', 'target0', 'iqnShape'],
    ['iscsi', 'iqn', 'iqn.2013-06.com.example:t', null],
    ['zfs', 'sourceName', 'a\u0007', 'fieldCharacters'],
  ];

describe('poolFieldFault', () => {
  it.each(cases)('%s %s %j: %s', (kind, field, value, fault) => {
    expect(poolFieldFault(kind, field, value, present)).toBe(fault);
  });
});

it('has a rule for each kind that names its formats where it asks for one', () => {
  for (const kind of poolKinds) {
    expect(fieldsOf(kind).includes('format')).toBe(poolKindRules[kind].formats.length > 0);
    expect(fieldsOf(kind).length).toBeGreaterThan(0);
  }
});
