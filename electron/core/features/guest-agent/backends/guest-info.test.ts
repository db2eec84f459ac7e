import fc from 'fast-check';
import { expect, it } from 'vitest';
import { guestUserName, sshPublicKey } from '../../../../../shared/contract/guest-agent.ts';
import { param, type TypedParam } from '../../../libvirt/protocol/typed-params.ts';
import { readGuestInfo } from './guest-info.ts';

const empty = {
  hostName: null,
  osName: null,
  kernel: null,
  architecture: null,
  timeZone: null,
  utcOffsetSeconds: null,
  users: [],
  fileSystems: [],
  interfaces: [],
};

it('reads users, file systems and cards', () => {
  const params = [
    param('uint', 'user.count', 1),
    param('string', 'user.0.name', 'ann'),
    param('ullong', 'user.0.login-time', 1_700_000_000_000),
    param('string', 'os.name', 'Debian'),
    param('int', 'timezone.offset', 3_600),
    param('uint', 'fs.count', 1),
    param('string', 'fs.0.mountpoint', '/'),
    param('string', 'fs.0.name', 'vda1'),
    param('string', 'fs.0.fstype', 'xfs'),
    param('ullong', 'fs.0.total-bytes', 100),
    param('ullong', 'fs.0.used-bytes', 40),
    param('uint', 'fs.0.disk.count', 2),
    param('string', 'fs.0.disk.0.alias', 'vda'),
    param('string', 'fs.0.disk.1.device', '/dev/vdb'),
    param('uint', 'if.count', 1),
    param('string', 'if.0.name', 'eth0'),
    param('uint', 'if.0.addr.count', 1),
    param('string', 'if.0.addr.0.addr', '192.0.2.7'),
    param('uint', 'if.0.addr.0.prefix', 24),
  ];
  expect(readGuestInfo(params)).toEqual({
    ...empty,
    osName: 'Debian',
    utcOffsetSeconds: 3_600,
    users: [{ name: 'ann', domain: null, loggedInAt: 1_700_000_000_000 }],
    fileSystems: [
      { mountPoint: '/', device: 'vda1', type: 'xfs', totalBytes: 100, usedBytes: 40, disks: ['vda', '/dev/vdb'] },
    ],
    interfaces: [{ name: 'eth0', mac: null, addresses: ['192.0.2.7/24'] }],
  });
});

it('has nothing where the agent tells nothing', () => {
  expect(readGuestInfo([])).toEqual(empty);
});

it('is bounded and whole, whatever a hostile agent says', () => {
  const fields = fc.constantFrom('user.count', 'fs.count', 'fs.0.disk.count', 'fs.0.name', 'if.count', 'os.name');
  const values = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.boolean());
  const params = fc.array(
    fc.tuple(fields, values).map(([field, value]): TypedParam => {
      return typeof value === 'string'
        ? param('string', field, value)
        : typeof value === 'boolean'
          ? param('boolean', field, value)
          : param('double', field, value);
    }),
  );
  fc.assert(
    fc.property(params, (given) => {
      const info = readGuestInfo(given);
      expect(info.users.length).toBeLessThanOrEqual(500);
      for (const { device, disks } of info.fileSystems) {
        expect(typeof device).toBe('string');
        expect(disks.length).toBeLessThanOrEqual(500);
      }
    }),
  );
});

it.each([
  ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx9qbqv0Jk1 ann@laptop', true],
  ['command="ls",no-pty ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB', true],
  ['sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5', true],
  ['-----BEGIN OPENSSH PRIVATE KEY-----', false],
  ['ssh-rsa', false],
  ['ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB\nssh-rsa AAAAB3NzaC1yc2EAAAADAQAC', false],
])('knows a public key: %j', (text, isKey) => {
  expect(sshPublicKey.safeParse(text).success).toBe(isKey);
});

it('takes user names of one line only', () => {
  expect(guestUserName.safeParse('DOMAIN\\ann').success).toBe(true);
  expect(guestUserName.safeParse('ann\nroot:x').success).toBe(false);
});
