import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listHosts, resolveHost, type SshHostConfig } from './config.ts';
import { parseJumps } from './jump.ts';

const hasSsh = existsSync('/usr/bin/ssh');
if (!hasSsh) console.warn('not run: configuration beside `ssh -G`: the OpenSSH client is not installed');

let homeDir: string;
beforeEach(async () => {
  homeDir = await mkdtemp(join(tmpdir(), 'virtdeck-config-'));
  await mkdir(join(homeDir, '.ssh', 'conf.d'), { recursive: true });
});
afterEach(() => rm(homeDir, { recursive: true }));

const write = (text: string, file = 'config'): Promise<void> =>
  writeFile(join(homeDir, '.ssh', file), text, { mode: 0o600 });

/** What OpenSSH and we must agree on. */
const compared = (config: SshHostConfig): Partial<SshHostConfig> => ({
  hostName: config.hostName,
  port: config.port,
  user: config.user,
  // Key types that come and go with OpenSSH's version.
  identityFiles: config.identityFiles.filter((file) => !/id_(dsa|xmss)$/.test(file)),
  identitiesOnly: config.identitiesOnly,
  identityAgent: config.identityAgent,
  proxyJump: config.proxyJump,
  proxyCommand: config.proxyCommand,
  hasCertificate: config.hasCertificate,
  hostKeyAlias: config.hostKeyAlias,
  strictHostKeyChecking: config.strictHostKeyChecking,
  userKnownHostsFiles: config.userKnownHostsFiles,
  hashKnownHosts: config.hashKnownHosts,
});

const cases: { name: string; config: string; hosts: string[]; files?: Record<string, string> }[] = [
  { name: 'nothing', config: '', hosts: ['plain', '10.0.0.1', '::1'] },
  {
    name: 'Host patterns and the first value wins',
    config: [
      'Host kvm1 kvm2',
      '  HostName %h.lab.example',
      '  Port 2201',
      'Host kvm*',
      '  Port 2299',
      '  User admin',
      'Host * !kvm3',
      '  IdentityFile ~/.ssh/all',
      '  IdentitiesOnly yes',
    ].join('\n'),
    hosts: ['kvm1', 'kvm2', 'kvm3', 'kvm22', 'other'],
  },
  {
    name: 'identity files add up, with tokens, quotes and spaces',
    config: [
      'Host a',
      '  IdentityFile "~/my keys/id"',
      '  IdentityFile %d/.ssh/%r_%h_%p',
      'Host *',
      '  IdentityFile ~/.ssh/last',
      '  User bob',
    ].join('\n'),
    hosts: ['a', 'b'],
  },
  {
    name: 'ProxyJump and ProxyCommand',
    config: [
      'Host inner',
      '  ProxyJump bob@bastion:2200,second',
      'Host piped',
      '  ProxyCommand nc -X 5 %h %p',
      'Host direct',
      '  ProxyJump none',
      'Host *',
      '  ProxyJump fallback',
    ].join('\n'),
    hosts: ['inner', 'direct', 'x'],
  },
  {
    name: 'keywords in any case and with =',
    config: ['HOST=eq', 'PORT = 77', 'uSeR=root', 'hostkeyalias=Alias'].join('\n'),
    hosts: ['eq'],
  },
  {
    name: 'Include, also inside of a block and with a pattern',
    config: ['Include conf.d/*.conf', 'Host late', '  Include more', '  Port 3'].join('\n'),
    files: {
      'conf.d/1.conf': 'Host one\n  Port 1001\n',
      'conf.d/2.conf': 'Host one two\n  Port 1002\n  User u2\n',
      'conf.d/ignored': 'Host one\n  User wrong\n',
      more: 'User included\nPort 4\n',
    },
    hosts: ['one', 'two', 'late'],
  },
  {
    name: 'host keys, agent and certificates',
    config: [
      'Host strict',
      '  StrictHostKeyChecking yes',
      '  UserKnownHostsFile ~/.ssh/kh1 ~/.ssh/kh2',
      '  HashKnownHosts yes',
      '  IdentityAgent none',
      'Host new',
      '  StrictHostKeyChecking accept-new',
      '  IdentityAgent ~/agent.sock',
      'Host loose',
      '  StrictHostKeyChecking no',
      '  CertificateFile ~/.ssh/x-cert.pub',
    ].join('\n'),
    hosts: ['strict', 'new', 'loose'],
  },
  {
    name: 'comments and blank lines',
    config: ['# Host no', '', '   # Port 5', 'Host c', '\tPort\t2222', ''].join('\n'),
    hosts: ['c', 'no'],
  },
];

describe.skipIf(!hasSsh)('the parsed configuration is that of `ssh -G`', () => {
  it.each(cases)('$name', async ({ config, hosts, files = {} }) => {
    await write(config);
    for (const [file, text] of Object.entries(files)) await write(text, file);
    // Included paths are relative to the real ~/.ssh for OpenSSH: it is told where ours are.
    const theirs = join(homeDir, '.ssh', 'config');
    for (const host of hosts) {
      const parsed = await resolveHost(host, {}, { homeDir, useOpenSsh: false });
      if (config.includes('Include')) await write(config.replaceAll('Include ', `Include ${homeDir}/.ssh/`));
      const asked = await resolveHost(host, {}, { homeDir });
      await write(config);
      expect(compared(parsed), `${host} in ${theirs}`).toEqual(compared(asked));
    }
  });

  it('agrees on a user and a port that are given', async () => {
    await write('Host *\n  User nobody\n  Port 1\n  IdentityFile ~/.ssh/%r-%p\n');
    const given = { user: 'me', port: 2222 };
    const parsed = await resolveHost('h', given, { homeDir, useOpenSsh: false });
    expect(compared(parsed)).toEqual(compared(await resolveHost('h', given, { homeDir })));
    expect(parsed).toMatchObject({ user: 'me', port: 2222, identityFiles: [`${homeDir}/.ssh/me-2222`] });
  });

  it('in a home without a configuration, or without .ssh: nothing of the real home or the system', async () => {
    for (const path of [join('.ssh', 'config'), '.ssh']) {
      await rm(join(homeDir, path), { recursive: true, force: true });
      const asked = await resolveHost('plain', {}, { homeDir });
      expect(compared(await resolveHost('plain', {}, { homeDir, useOpenSsh: false }))).toEqual(compared(asked));
      expect(asked).toMatchObject({ hostName: 'plain', port: 22, proxyJump: '', proxyCommand: '' });
      expect(asked.identityFiles.every((file) => file.startsWith(`${homeDir}/.ssh/`))).toBe(true);
      expect(asked.userKnownHostsFiles[0]).toBe(`${homeDir}/.ssh/known_hosts`);
      expect(await listHosts(homeDir)).toEqual([]);
    }
  });

  it('says what OpenSSH finds wrong', async () => {
    await write('NoSuchOption yes\n');
    await expect(resolveHost('h', {}, { homeDir })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(() =>
      execFileSync('/usr/bin/ssh', ['-F', join(homeDir, '.ssh', 'config'), '-G', 'h'], { stdio: 'ignore' }),
    ).toThrow();
  });
});

describe('names', () => {
  it.each(['', '-oProxyCommand=id', 'a b', 'a\nb', 'a\0'])('refuses %j', async (name) => {
    await expect(resolveHost(name, {}, { homeDir })).rejects.toMatchObject({ code: 'BAD_URI' });
  });

  it('lists concrete hosts only', async () => {
    await write('Host one two *.x\nHost !three four\n  Port 1\nInclude conf.d/*\n');
    await write('Host five\n', 'conf.d/x');
    expect((await listHosts(homeDir)).map(({ alias }) => alias)).toEqual(['one', 'two', 'four', 'five']);
  });

  it('survives a file that includes itself', async () => {
    await write('Include config\nHost loop\n  Port 9\n');
    expect(await resolveHost('loop', {}, { homeDir, useOpenSsh: false })).toMatchObject({ port: 9 });
  });
});

describe('ProxyJump', () => {
  it.each([
    ['a', [{ host: 'a' }]],
    ['none', []],
    ['', []],
    [
      'bob@a:22,[::1]:2200',
      [
        { host: 'a', user: 'bob', port: 22 },
        { host: '::1', port: 2200 },
      ],
    ],
    ['ssh://bob@a:2200/', [{ host: 'a', user: 'bob', port: 2200 }]],
    ['dom\\user@a', [{ host: 'a', user: 'dom\\user' }]],
  ])('%j', (text, hops) => {
    expect(parseJumps(text)).toEqual(hops);
  });

  it.each(['-x', 'a,', 'a:0', 'a:70000', '-l@a', 'a b', 'a:b', Array(9).fill('a').join(',')])('refuses %j', (text) => {
    expect(() => parseJumps(text)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});
