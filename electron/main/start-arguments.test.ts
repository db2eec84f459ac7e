import { describe, expect, it } from 'vitest';
import { isConnectable, parseArguments, parseLink, readHandOver, toHandOver } from './start-arguments.ts';

const link = (uri: string): string => `virtdeck://add?uri=${encodeURIComponent(uri)}`;

describe('links', () => {
  it('name a host over ssh or tls, or a cloud', () => {
    expect(parseLink(link('qemu+ssh://root@kvm1:2222/system'))).toEqual({
      connect: 'qemu+ssh://root@kvm1:2222/system',
      from: 'link',
    });
    expect(parseLink(link('qemu+tls://[fe80::1]/system?socket=%2Frun%2Fs'))?.from).toBe('link');
    expect(parseLink('virtdeck://add?cloud=lab')).toEqual({ connect: 'cloud:lab', from: 'link' });
  });

  it.each([
    ['another scheme', 'https://add?uri=qemu%2Bssh%3A%2F%2Fh%2Fsystem'],
    ['another action', 'virtdeck://remove?uri=qemu%2Bssh%3A%2F%2Fh%2Fsystem'],
    ['a path', 'virtdeck://add/x?cloud=lab'],
    ['two parameters', 'virtdeck://add?cloud=lab&cloud=other'],
    ['no parameter', 'virtdeck://add'],
    ['a local program', link('qemu+ext:///system?command=/tmp/evil')],
    ['a command', link('qemu+ssh://h/system?command=/tmp/evil')],
    ['a netcat', link('qemu+ssh://h/system?netcat=/tmp/evil')],
    ['no host key check', link('qemu+ssh://h/system?no_verify=1')],
    ['a key file', link('qemu+ssh://h/system?keyfile=/home/me/.ssh/id')],
    ['a password', link('qemu+ssh://u:p@h/system')],
    ['an option as host', link('qemu+ssh://-oProxyCommand=x/system')],
    ['an option as user', link('qemu+ssh://-oProxyCommand=x@h/system')],
    ['an encoded option as user', link('qemu+ssh://%2doProxyCommand=x@h/system')],
    ['this computer', link('qemu:///system')],
    ['a line break', link('qemu+ssh://h/system\n')],
    ['an unknown driver', link('file+ssh://h/system')],
    ['a cloud with a path', 'virtdeck://add?cloud=..%2Fx'],
    ['too much', link(`qemu+ssh://h/${'x'.repeat(4000)}`)],
    ['nonsense', 'virtdeck:%%%'],
  ])('with %s are refused', (_what, url) => {
    expect(parseLink(url)).toBeNull();
  });
});

describe('arguments', () => {
  it('are options, connections to add after asking, and what means nothing', () => {
    const args = ['--profile', '/p', '--connect=test:///default', '--connect', 'cloud:lab', '--no-sandbox'];
    expect(parseArguments([...args, 'qemu+ssh://h/system?command=x', 'virtdeck://add?cloud=a', 'blah'])).toEqual({
      profileDir: '/p',
      connect: ['test:///default', 'cloud:lab'],
      requests: [
        { connect: 'qemu+ssh://h/system?command=x', from: 'commandLine' },
        { connect: 'cloud:a', from: 'link' },
      ],
      rejected: ['blah'],
    });
  });

  it('that lack or have a wrong value are rejected', () => {
    const parsed = parseArguments(['--connect', 'http://h/', '--profile']);
    expect(parsed).toMatchObject({ profileDir: null, connect: [], rejected: ['http://h/', '--profile'] });
  });

  it('are bounded in number', () => {
    const parsed = parseArguments(Array.from({ length: 100 }, (_, i) => `qemu+ssh://h${i}/system`));
    expect(parsed.requests).toHaveLength(32);
    expect(parsed.rejected).toHaveLength(68);
  });

  it('reach a running instance, which checks them again', () => {
    const start = parseArguments(['--connect', 'test:///default', 'cloud:lab']);
    expect(readHandOver(structuredClone(toHandOver(start)))).toEqual([
      { connect: 'test:///default', from: 'commandLine' },
      { connect: 'cloud:lab', from: 'commandLine' },
    ]);
    for (const bad of [null, 'x', {}, { requests: [{ connect: 'rm -rf /', from: 'link' }] }, { requests: 'x' }]) {
      expect(readHandOver(bad)).toEqual([]);
    }
  });
});

it('connectable is what has a known driver and no blanks', () => {
  expect(isConnectable('qemu:///system')).toBe(true);
  expect(isConnectable('qemu:///system ')).toBe(false);
  expect(isConnectable('qemu:///sys\u0000tem')).toBe(false);
  expect(isConnectable('ssh://h/')).toBe(false);
});
