import { expect, it } from 'vitest';
import { growthPlanOf } from './growth-commands.ts';

it.each([
  [
    'vda1',
    'ext4',
    '/',
    [
      ['growpart', '/dev/vda', '1'],
      ['resize2fs', '/dev/vda1'],
    ],
  ],
  [
    'nvme0n1p12',
    'xfs',
    '/srv',
    [
      ['growpart', '/dev/nvme0n1', '12'],
      ['xfs_growfs', '/srv'],
    ],
  ],
  ['sdb', 'btrfs', '/data', [['btrfs', 'filesystem', 'resize', 'max', '/data']]],
  ['dm-0', 'ext4', '/', null],
  ['vda1', 'vfat', '/boot/efi', null],
  ['vda1; reboot', 'ext4', '/', null],
  ['vda1', 'xfs', '--help', null],
])('knows what to do with %s, %s on %s', (device, type, mountPoint, commands) => {
  const fileSystem = { mountPoint, device, type, totalBytes: null, usedBytes: null, disks: ['vda'] };
  expect(growthPlanOf([fileSystem], 'vda')).toEqual([{ mountPoint, device, type, commands }]);
  expect(growthPlanOf([fileSystem], 'vdb')).toEqual([]);
  expect(growthPlanOf([{ ...fileSystem, disks: ['vda', 'vdb'] }], 'vda')[0]?.commands).toBeNull();
});
