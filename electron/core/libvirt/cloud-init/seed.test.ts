import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import type { CloudConfigForm } from '../../../../shared/contract/provisioning.ts';
import { userDataFault } from '../../../../shared/model/cloud-config.ts';
import { seedImage, userDataOf } from './seed.ts';
import { sha512Crypt } from './sha512-crypt.ts';

const nothing: CloudConfigForm = { userName: '', password: '', sshKeys: [], packages: [] };
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me # of: "laptop"';
const hashOf = (text: string): string => /\$6\$[^\s]+/.exec(text)?.[0] ?? '';

describe('userDataOf', () => {
  it('asks for nothing where the form does not', () => {
    expect(userDataOf(nothing, 'debian12')).toBe('#cloud-config\n');
  });

  it('makes a user with a hashed password, keys and packages', () => {
    const text = userDataOf(
      { userName: 'admin', password: `p: "w" # 'x' 密`, sshKeys: [key], packages: ['nginx', 'qemu-guest-agent'] },
      'debian12',
    );
    expect(userDataFault(text)).toBeNull();
    const hash = hashOf(text);
    expect(sha512Crypt(`p: "w" # 'x' 密`, hash.split('$')[2] ?? '')).toBe(hash);
    expect(parse(text)).toEqual({
      users: [
        'default',
        {
          name: 'admin',
          sudo: 'ALL=(ALL) NOPASSWD:ALL',
          shell: '/bin/bash',
          lock_passwd: false,
          passwd: hash,
          ssh_authorized_keys: [key],
        },
      ],
      ssh_pwauth: true,
      package_update: true,
      packages: ['nginx', 'qemu-guest-agent'],
    });
    expect(text).not.toContain('密');
  });

  it("sets the password and keys of the image's own user where none is named", () => {
    const text = userDataOf({ ...nothing, password: 'x', sshKeys: [key] }, 'alpine');
    expect(parse(text)).toEqual({
      password: hashOf(text),
      chpasswd: { expire: false },
      ssh_authorized_keys: [key],
      ssh_pwauth: true,
    });
  });

  it('names no shell that the system may not have', () => {
    expect(userDataOf({ ...nothing, userName: 'a' }, 'alpine')).not.toContain('bash');
    expect(userDataOf({ ...nothing, userName: 'a' }, 'freebsd14')).not.toContain('bash');
  });

  it('salts each hash anew', () => {
    const form = { ...nothing, password: 'same' };
    expect(hashOf(userDataOf(form, 'generic'))).not.toBe(hashOf(userDataOf(form, 'generic')));
  });
});

describe('seedImage', () => {
  const input = {
    seed: { poolId: 'p', name: 's' },
    hostName: 'web1',
    userData: { kind: 'text' as const, text: '#cloud-config\n# as it was typed\n' },
    networkConfig: '',
  };
  const image = (change: Partial<typeof input>): string =>
    seedImage({ ...input, ...change }, 'generic', 'an-id', new Date(0)).toString('latin1');

  it('has who it is, and the text as it was typed', () => {
    expect(image({})).toContain('instance-id: an-id\nlocal-hostname: web1\n');
    expect(image({})).toContain('#cloud-config\n# as it was typed\n\0');
  });

  it('has a network-config only where there is one', () => {
    expect(image({})).not.toContain('NETWORK_');
    expect(image({ networkConfig: ' \n' })).not.toContain('NETWORK_');
    expect(image({ networkConfig: 'version: 2\n' })).toContain('NETWORK_.;1');
  });
});
