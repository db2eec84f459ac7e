import { describe, expect, it } from 'vitest';
import { cloneMachinesInput, type CloneSource } from '../../../shared/contract/provisioning.ts';
import { cloneInputs, cloneName, cloneNameFault, newVolumeName, suggestedChoices, volumeFault } from './clone-form.ts';

const volume = { poolId: 'p1', poolName: 'images', name: 'web.qcow2', capacityBytes: 1 };
const source: CloneSource = {
  name: 'web',
  isRunning: false,
  isTemplate: false,
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
  expect(cloneName(source, new Set())).toBe('web-clone');
  expect(cloneName(source, new Set(['web-clone', 'web-clone-2']))).toBe('web-clone-3');
  expect(cloneName({ ...source, isTemplate: true }, new Set(['web-1']))).toBe('web-2');
});

it('suggests what suits each disk best', () => {
  expect(suggestedChoices(source).map(({ way }) => way)).toEqual(['copy', 'copy', 'share']);
  const template = { ...source, isTemplate: true };
  expect(suggestedChoices(template).map(({ way }) => way)).toEqual(['link', 'link', 'share']);
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
    expect(cloneNameFault([name], new Set(['web']))).toMatchObject(fault);
  });

  it('of volumes', () => {
    expect(volumeFault(['a'], ['b'])).toBeUndefined();
    expect(volumeFault(['a', 'b'], ['b'])).toMatchObject({ code: 'volumeTaken' });
    expect(volumeFault([''], [''])).toMatchObject({ code: 'nameMissing' });
  });

  it('of one of several names', () => {
    expect(cloneNameFault(['web-1', 'web-2'], new Set(['web-2']))).toMatchObject({
      code: 'namesTaken',
      params: { names: 'web-2' },
    });
  });
});

it('asks for names only where volumes are made, for each clone its own', () => {
  const choices = [
    { target: 'vda', way: 'copy', name: null },
    { target: 'vdb', way: 'link', name: 'own.img' },
    { target: 'sda', way: 'leaveOut', name: null },
  ] as const;
  const ids = { connectionId: 'c1', id: 'm1', newIds: [] };
  const inputs = cloneInputs(ids, { name: 'c-##', count: '2', choices, start: true }, source);
  expect(cloneMachinesInput.parse(inputs)).toMatchObject([
    { name: 'c-01', start: true },
    { name: 'c-02', start: true },
  ]);
  expect(inputs.map(({ disks }) => disks)).toEqual(
    ['01', '02'].map((number, at) => [
      { target: 'vda', way: 'copy', name: `c-${number}-vda.qcow2` },
      { target: 'vdb', way: 'link', name: `own-${at + 1}.img` },
      { target: 'sda', way: 'leaveOut' },
    ]),
  );
  expect(new Set(inputs.map(({ newId }) => newId)).size).toBe(2);
});
