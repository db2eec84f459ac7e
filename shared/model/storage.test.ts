import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canRunPoolAction, creatableFormats, poolActions, volumeNameFault } from './storage.ts';

describe('canRunPoolAction', () => {
  it.each([
    ['off', { state: 'inactive', autostart: false, persistent: true }, ['start', 'enableAutostart', 'delete']],
    ['on', { state: 'running', autostart: true, persistent: true }, ['stop', 'refresh', 'disableAutostart']],
    ['broken', { state: 'inaccessible', autostart: false, persistent: true }, ['stop', 'refresh', 'enableAutostart']],
    ['transient', { state: 'running', autostart: false, persistent: false }, ['stop', 'refresh']],
  ] as const)('allows for a pool that is %s', (_what, pool, allowed) => {
    expect(poolActions.filter((action) => canRunPoolAction(action, pool) === true)).toEqual(allowed);
  });

  it('says why not', () => {
    const pool = { state: 'running', autostart: false, persistent: true } as const;
    expect(canRunPoolAction('start', pool)).toBe('alreadyStarted');
    expect(canRunPoolAction('delete', pool)).toBe('stopFirst');
    expect(canRunPoolAction('disableAutostart', pool)).toBe('autostartOff');
    expect(canRunPoolAction('enableAutostart', { ...pool, autostart: true })).toBe('autostartOn');
    expect(canRunPoolAction('refresh', { ...pool, state: 'inactive' })).toBe('notStarted');
    expect(canRunPoolAction('delete', { ...pool, persistent: false })).toBe('transientPool');
  });
});

it('knows in which pools volumes are created, and in which formats', () => {
  expect(creatableFormats('dir')).toEqual(['qcow2', 'raw']);
  expect(creatableFormats('logical')).toEqual([]);
  for (const type of ['iscsi', 'scsi', 'mpath', 'disk', 'unheard of', null]) expect(creatableFormats(type)).toBeNull();
});

describe('volumeNameFault', () => {
  it.each([
    ['', 'nameEmpty'],
    ['a/b', 'nameCharacters'],
    ['../etc/passwd', 'nameCharacters'],
    ['a\nb', 'nameCharacters'],
    ['a\0', 'nameCharacters'],
    [' a', 'nameCharacters'],
    ['..', 'nameReserved'],
    ['x'.repeat(256), 'nameTooLong'],
    ['盘'.repeat(86), 'nameTooLong'],
    ['盘'.repeat(85), null],
    [`it's a "disk" & <b> 😀 $(touch x);\`id\` | %s`, null],
  ])('of %j is %s', (name, fault) => {
    expect(volumeNameFault(name)).toBe(fault);
  });

  it('lets no name leave the pool', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        if (volumeNameFault(name) !== null) return;
        expect(new URL(encodeURIComponent(name), 'file:///pool/').pathname).toMatch(/^\/pool\/[^/]+$/);
      }),
    );
  });
});
