import { expect, it } from 'vitest';
import { idFault, modeFault, modeText } from './permissions.ts';

it('takes modes and numbers as chmod and chown do', () => {
  expect(['644', '0644', '1777'].map(modeFault)).toEqual([null, null, null]);
  expect(['', '64', '888', 'rw', '00644', '-644'].map(modeFault)).toEqual(Array(6).fill('modeShape'));
  expect(['', '0', '107', '4294967294'].map(idFault)).toEqual([null, null, null, null]);
  expect(['-1', 'qemu', '1.5', '4294967295', '99999999999'].map(idFault)).toEqual(Array(5).fill('idShape'));
});

it('tells modes in letters', () => {
  expect(['0644', '755', '0000', 'x'].map(modeText)).toEqual(['rw-r--r--', 'rwxr-xr-x', '---------', '']);
});
