import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLibvirtUri, parseLibvirtUri, virshCommand, type LibvirtUriParts } from './libvirt-uri.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !/\p{Surrogate}/u.test(value));
const query = fc.array(
  fc.tuple(
    fc.stringMatching(/^[a-z_]{1,10}$/).filter((key) => key !== 'keyfile' && key !== 'socket'),
    text,
  ),
  { maxLength: 3 },
);

const remote: fc.Arbitrary<LibvirtUriParts> = fc.record({
  driver: fc.constantFrom('qemu', 'test', 'xen', 'lxc'),
  transport: fc.constantFrom('ssh', 'libssh2', 'libssh'),
  user: text,
  host: fc.oneof(name, fc.constantFrom('10.0.0.1', 'fe80::1', '::1')),
  port: fc.oneof(fc.constant(''), fc.integer({ min: 1, max: 65_535 }).map(String)),
  path: fc.oneof(fc.constantFrom('system', 'session', 'default', ''), text),
  keyFile: text,
  socket: text,
  rest: query,
});

describe('libvirt URI and form', () => {
  it('gives back the same values after a round trip', () => {
    fc.assert(
      fc.property(remote, (parts) => {
        expect(parseLibvirtUri(formatLibvirtUri(parts))).toEqual(parts);
      }),
    );
  });

  it('never throws on what a person types', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const parsed = parseLibvirtUri(typed);
        if (typeof parsed === 'object')
          expect(parseLibvirtUri(formatLibvirtUri(parsed))).toEqual(withoutIgnored(parsed));
      }),
    );
  });

  it.each([
    ['qemu:///system', { transport: 'unix', host: '', path: 'system' }],
    ['qemu+ssh://root@kvm1/system', { transport: 'ssh', user: 'root', host: 'kvm1', path: 'system' }],
    ['qemu://kvm1/system', { transport: 'tls', host: 'kvm1' }],
    [
      'qemu+ssh://me@[::1]:2222/session?keyfile=/home/me/.ssh/id',
      { host: '::1', port: '2222', keyFile: '/home/me/.ssh/id' },
    ],
    ['qemu+ssh://h/system?no_verify=1&socket=/run/x', { socket: '/run/x', rest: [['no_verify', '1']] }],
    ['test:///default', { driver: 'test', path: 'default' }],
  ])('reads %s', (uri, expected) => expect(parseLibvirtUri(uri)).toMatchObject(expected));

  it.each([
    ['', 'empty'],
    ['kvm1', 'noScheme'],
    ['qemu+ssh:///system', 'badHost'],
    ['qemu+ssh://h:99999/system', 'badPort'],
    ['qemu+ssh://h:abc/system', 'badPort'],
    ['qemu+ssh://%zz@h/system', 'badEscape'],
  ])('says what is wrong with %j', (uri, fault) => expect(parseLibvirtUri(uri)).toBe(fault));

  it('quotes the virsh command for a shell', () => {
    expect(virshCommand('qemu+ssh://root@kvm1/system')).toBe('virsh -c qemu+ssh://root@kvm1/system');
    expect(virshCommand("qemu:///system?socket=/a'b&x=1")).toBe("virsh -c 'qemu:///system?socket=/a'\\''b&x=1'");
  });
});

/** Values that a local URI has no place for are dropped when it is written. */
function withoutIgnored(parts: LibvirtUriParts): LibvirtUriParts {
  const local = parts.transport === 'unix' ? { user: '', host: '', port: '', keyFile: '' } : {};
  return { ...parts, ...local, ...(parts.transport.includes('ssh') ? {} : { keyFile: '' }) };
}
