import { describe, expect, it } from 'vitest';
import { cloneMachineInput, type CloneSource } from '../../../shared/contract/provisioning.ts';
import { cloneInput, cloneName, cloneNameFault, newVolumeName, suggestedChoices, volumeFault } from './clone-form.ts';

const volume = { poolId: 'p1', poolName: 'images', name: 'web.qcow2', capacityBytes: 1 };
const source: CloneSource = {
  name: 'web',
  isRunning: false,
  hasNvram: false,
  disks: [
    { target: 'vda', device: 'disk', source: '/p/web.qcow2', volume, ways: ['copy', 'link', 'share', 'leaveOut'] },
    {
      target: 'vdb',
      device: 'disk',
      source: '/p/data.img',
      volume: { ...volume, name: 'data.img' },
      ways: ['copy', 'link'],
    },
    { target: 'sda', device: 'cdrom', source: null, volume: null, ways: ['share', 'leaveOut'] },
  ],
};

it('finds a free name', () => {
  expect(cloneName('web', new Set())).toBe('web-clone');
  expect(cloneName('web', new Set(['web-clone', 'web-clone-2']))).toBe('web-clone-3');
});

it('suggests what suits each disk best', () => {
  expect(suggestedChoices(source).map(({ way }) => way)).toEqual(['copy', 'copy', 'share']);
});

it.each([
  ['copy', null, 'web.qcow2', 'c-vda.qcow2'],
  ['copy', null, 'no-ending', 'c-vda'],
  ['copy', null, '.hidden', 'c-vda'],
  ['link', null, 'data.img', 'c-vda.qcow2'],
  ['copy', 'mine', 'web.qcow2', 'mine'],
] as const)('calls the new volume of a %s (%s) of %s %s', (way, name, original, expected) => {
  expect(newVolumeName({ target: 'vda', way, name }, 'c', original)).toBe(expected);
});

describe('faults', () => {
  it.each([
    ['', { code: 'nameMissing', isMissing: true }],
    ['a/b', { code: 'nameCharacters', isMissing: false }],
    ['web', { code: 'nameTaken', isMissing: false }],
  ])('of the name %j', (name, fault) => {
    expect(cloneNameFault(name, new Set(['web']))).toMatchObject(fault);
  });

  it('of volumes', () => {
    expect(volumeFault('a', ['b'])).toBeUndefined();
    expect(volumeFault('b', ['b'])).toMatchObject({ code: 'volumeTaken' });
    expect(volumeFault('', [''])).toMatchObject({ code: 'nameMissing' });
  });
});

it('asks for names only where volumes are made', () => {
  const choices = [
    { target: 'vda', way: 'copy', name: null },
    { target: 'vdb', way: 'link', name: 'own' },
    { target: 'sda', way: 'leaveOut', name: null },
  ] as const;
  const ids = { connectionId: 'c1', id: 'm1', newId: crypto.randomUUID() };
  expect(cloneMachineInput.parse(cloneInput(ids, 'c', choices, source)).disks).toEqual([
    { target: 'vda', way: 'copy', name: 'c-vda.qcow2' },
    { target: 'vdb', way: 'link', name: 'own' },
    { target: 'sda', way: 'leaveOut' },
  ]);
});
