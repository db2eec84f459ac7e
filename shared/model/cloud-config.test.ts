import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hostNameOf,
  isHostName,
  isPackageName,
  isPublicKey,
  isUserName,
  networkConfigFault,
  userDataFault,
} from './cloud-config.ts';

describe('userDataFault', () => {
  it.each([
    '#cloud-config\npackages: [nginx]\n',
    '#cloud-config\r\nusers:\r\n  - default\r\n',
    '#cloud-config   \n',
    '#cloud-config\n# only a comment\n',
  ])('has nothing against %j', (text) => {
    expect(userDataFault(text)).toBeNull();
  });

  it.each([
    ['', 'cloudConfigHeader', 1],
    ['packages: [nginx]\n', 'cloudConfigHeader', 1],
    ['#!/bin/sh\n', 'cloudConfigHeader', 1],
    ['#cloud-config \n- a\n- b\n', 'yamlMap', 2],
    ['#cloud-config\n\ntext\n', 'yamlMap', 3],
    ['#cloud-config\na: 1\nb: [1\nc: 2\n', 'yaml', 4],
    ['#cloud-config\na: 1\na: 2\n', 'yaml', 3],
    ['#cloud-config\na: "open\n', 'yaml', 3],
  ])('of %j is %s at line %i', (text, code, line) => {
    expect(userDataFault(text)).toMatchObject({ code, line });
  });

  it('names a line of the text, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const fault = userDataFault(`#cloud-config\n${text}`);
        if (fault === null) return;
        expect(fault.line).toBeGreaterThan(0);
        expect(fault.line).toBeLessThanOrEqual(text.split('\n').length + 1);
      }),
    );
  });
});

it('takes no network-config, or one that is a map', () => {
  expect(networkConfigFault('  \n')).toBeNull();
  expect(networkConfigFault('version: 2\nethernets: {}\n')).toBeNull();
  expect(networkConfigFault('- a')).toMatchObject({ code: 'yamlMap', line: 1 });
});

it.each([
  ['web1', true],
  ['Web-1.example.org', true],
  ['1', true],
  ['', false],
  ['-web', false],
  ['web-', false],
  ['web_1', false],
  ['a..b', false],
  ['x'.repeat(64), false],
])('host name %j: %s', (name, is) => {
  expect(isHostName(name)).toBe(is);
});

it.each([
  ['web1', 'web1'],
  [`it's "new" & <b>`, 'it-s-new-b'],
  ['Büro 2', 'bu-ro-2'],
  ['机器', ''],
  [`${'x'.repeat(62)}-y`, 'x'.repeat(62)],
])('the host name of %j is %j', (machine, host) => {
  expect(hostNameOf(machine)).toBe(host);
  if (host !== '') expect(isHostName(host)).toBe(true);
});

it.each([
  ['admin', true],
  ['_a-1', true],
  ['Admin', false],
  ['1a', false],
  ['a b', false],
  ['root:x', false],
  ['', false],
])('user name %j: %s', (name, is) => {
  expect(isUserName(name)).toBe(is);
});

it.each([
  ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@laptop', true],
  ['ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY=', true],
  ['sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5 comment with spaces', true],
  ['-----BEGIN OPENSSH PRIVATE KEY-----', false],
  ['ssh-ed25519', false],
  ['ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB\nssh-rsa AAAAB3NzaC1yc2EAAAADAQAB', false],
])('public key %j: %s', (line, is) => {
  expect(isPublicKey(line)).toBe(is);
});

it.each([
  ['nginx', true],
  ['libstdc++6:amd64', true],
  ['python3.11=3.11.2-6', true],
  ['', false],
  ['-y', false],
  ['a b', false],
])('package %j: %s', (name, is) => {
  expect(isPackageName(name)).toBe(is);
});
