import { describe, expect, it } from 'vitest';
import { socketCandidates } from './sockets.ts';
import { parseLibvirtUri } from './uri.ts';

describe('parseLibvirtUri', () => {
  it.each([
    ['qemu:///system', { driver: 'qemu', transport: 'unix', host: '', isSession: false, name: 'qemu:///system' }],
    ['qemu:///session', { transport: 'unix', isSession: true, name: 'qemu:///session' }],
    ['qemu+unix:///system?socket=/opt/l%20v/sock', { socket: '/opt/l v/sock', name: 'qemu:///system' }],
    ['test:///default', { driver: 'test', transport: 'unix', name: 'test:///default' }],
    ['test:///var/lib/my%20node.xml', { name: 'test:///var/lib/my%20node.xml' }],
    ['  QEMU+SSH://kvm1/system ', { driver: 'qemu', transport: 'ssh', host: 'kvm1', user: '', port: null }],
    ['qemu+ssh://me@kvm1:2222/system', { user: 'me', host: 'kvm1', port: 2222, name: 'qemu:///system' }],
    ['qemu+libssh2://kvm1/system', { transport: 'ssh' }],
    ['qemu+libssh://kvm1/session', { transport: 'ssh', isSession: true, name: 'qemu:///session' }],
    ['qemu+ssh://do%5Cme@[fe80::1%25eth0]:22/system', { user: 'do\\me', host: 'fe80::1%eth0', port: 22 }],
    ['qemu://kvm1/system', { transport: 'tls', host: 'kvm1', port: null }],
    ['qemu+tls://kvm1:16515/system?pkipath=/pki&no_verify=1', { pkiPath: '/pki', verifyTls: false, port: 16_515 }],
    ['qemu+tcp://[::1]/system', { transport: 'tcp', host: '::1' }],
    ['remote+ssh://kvm1/', { driver: 'remote', name: '' }],
    ['qemu+ssh://kvm1/system?name=test:///default', { name: 'test:///default' }],
    // What is not about the way is for the driver, as it was written.
    ['xen+ssh://kvm1/?a=b%2Fc&socket=/s&&d', { name: 'xen:///?a=b%2Fc&d', socket: '/s' }],
    ['xen+ssh://kvm1', { name: 'xen://', isSession: false }],
  ])('reads %s', (uri, expected) => {
    expect(parseLibvirtUri(uri)).toMatchObject(expected);
  });

  it('reads the parameters of a way over SSH', () => {
    const query =
      'keyfile=~/.ssh/k%201&known_hosts=/kh&known_hosts_verify=auto&proxy=netcat&netcat=/opt/nc&mode=direct&no_tty=1';
    expect(parseLibvirtUri(`qemu+ssh://kvm1/system?${query}`)).toMatchObject({
      keyFile: '~/.ssh/k 1',
      knownHostsFile: '/kh',
      verifyHost: 'auto',
      proxy: 'netcat',
      netcat: '/opt/nc',
      mode: 'direct',
      name: 'qemu:///system',
    });
    expect(parseLibvirtUri('qemu+ssh://kvm1/system?no_verify=1')).toMatchObject({ verifyHost: 'ignore' });
    expect(parseLibvirtUri('qemu+ssh://kvm1/system?no_verify=0&keyfile=a&keyfile=b')).toMatchObject({
      verifyHost: 'normal',
      keyFile: 'b',
    });
  });

  it.each([
    ['', 'uri'],
    ['kvm1', 'uri'],
    ['qemu:/system', 'uri'],
    ['qemu:///sys tem', 'uri'],
    ['qemu+ssh://kvm1/system\u0000', 'uri'],
    ['://kvm1/system', 'uri'],
    ['nosuch:///system', 'driver'],
    ['https://example.com/', 'driver'],
    ['esx://vcenter/', 'driver'],
    ['qemu+telnet://kvm1/system', 'transport'],
    ['qemu+ext:///system?command=/bin/evil', 'transport'],
    ['qemu+://kvm1/system', 'transport'],
    ['qemu+constructor://kvm1/system', 'transport'],
    ['qemu+ssh:///system', 'host'],
    ['qemu+ssh://me@/system', 'host'],
    ['qemu+ssh://-oProxyCommand=evil/system', 'host'],
    ['qemu+ssh://%2DoProxyCommand=evil/system', 'host'],
    ['qemu+ssh://a%20b/system', 'host'],
    ['qemu+ssh://[::1/system', 'host'],
    ['qemu+unix://kvm1/system', 'host'],
    ['qemu+ssh://-l@kvm1/system', 'user'],
    ['qemu+ssh://kvm1:0/system', 'port'],
    ['qemu+ssh://kvm1:65536/system', 'port'],
    ['qemu+ssh://kvm1:22x/system', 'port'],
    ['qemu+ssh://fe80::1/system', 'port'],
    ['qemu+ssh://kvm1/', 'path'],
    ['qemu:///nosuch', 'path'],
    ['qemu+ssh://kv%m1/system', 'escape'],
    ['qemu+ssh://kvm1/system?keyfile=%zz', 'escape'],
    ['qemu+ssh://kvm1/system?proxy=telnet', 'proxy'],
    ['qemu+ssh://kvm1/system?mode=sideways', 'mode'],
    ['qemu+ssh://kvm1/system?command=/bin/evil', 'command'],
  ])('refuses %j and names the %s', (uri, part) => {
    expect(() => parseLibvirtUri(uri)).toThrow(
      expect.objectContaining({ code: 'BAD_URI', retryable: false, params: { uri: uri.trim(), part } }) as Error,
    );
  });
});

describe('socketCandidates', () => {
  it.each([
    [
      'qemu:///system',
      [
        '/run/libvirt/libvirt-sock',
        '/var/run/libvirt/libvirt-sock',
        '/run/libvirt/virtqemud-sock',
        '/var/run/libvirt/virtqemud-sock',
      ],
    ],
    ['qemu:///session', ['libvirt/libvirt-sock', 'libvirt/virtqemud-sock']],
    ['xen+ssh://kvm1/?mode=direct', ['/run/libvirt/virtxend-sock', '/var/run/libvirt/virtxend-sock']],
    ['qemu:///session?mode=legacy', ['libvirt/libvirt-sock']],
    ['qemu+ssh://kvm1/session?socket=/s', ['/s']],
    ['remote:///', ['/run/libvirt/libvirt-sock', '/var/run/libvirt/libvirt-sock']],
  ])('of %s', (uri, expected) => {
    expect(socketCandidates(parseLibvirtUri(uri))).toEqual(expected);
  });
});
