import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPublicKeys } from './public-keys.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@laptop';
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'virtdeck-keys-'));
});
afterEach(() => rm(home, { recursive: true }));

it('has none without a directory', async () => {
  expect(await readPublicKeys(home)).toEqual([]);
});

it('gives what is a public key, and nothing else', async () => {
  const ssh = join(home, '.ssh');
  await mkdir(ssh);
  await writeFile(join(ssh, 'id_ed25519.pub'), `${KEY}\n`);
  await writeFile(join(ssh, 'a_certificate.pub'), KEY.replace('ssh-ed25519 ', 'ssh-ed25519-cert-v01@openssh.com '));
  await writeFile(join(ssh, 'id_ed25519'), '-----BEGIN OPENSSH PRIVATE KEY-----\n');
  await writeFile(join(ssh, 'private.pub'), '-----BEGIN OPENSSH PRIVATE KEY-----\n');
  await writeFile(join(ssh, 'big.pub'), `${KEY}${'x'.repeat(20_000)}\n${KEY}`);
  await writeFile(join(ssh, 'known_hosts'), `host ${KEY}\n`);
  await mkdir(join(ssh, 'directory.pub'));
  await symlink(join(ssh, 'nowhere'), join(ssh, 'link.pub'));
  const keys = await readPublicKeys(home);
  expect(keys.map(({ file }) => file)).toEqual(['id_ed25519.pub']);
  expect(keys[0]?.line).toBe(KEY);
});
