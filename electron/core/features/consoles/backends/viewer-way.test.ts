import { expect, it } from 'vitest';
import { parseLibvirtUri } from '../../../libvirt/transport/uri.ts';
import type { Graphics } from '../../../libvirt/xml/domain-xml.ts';
import { viewerWay } from './viewer-way.ts';

const ssh = 'qemu+ssh://me@kvm1:2222/system?keyfile=/home/me/my%20key';
const at = (address: string, port: number | null = 5901): Graphics['listen'] => ({ kind: 'address', address, port });
const socket: Graphics['listen'] = { kind: 'socket', path: "/run/vm's.sock" };

it.each([
  ['qemu:///system', at('127.0.0.1'), { host: '127.0.0.1', port: 5901, tunnel: null }],
  ['qemu:///system', at('0.0.0.0'), { host: '127.0.0.1', port: 5901, tunnel: null }],
  [ssh, at('0.0.0.0'), { host: 'kvm1', port: 5901, tunnel: null }],
  [ssh, at('192.0.2.7'), { host: '192.0.2.7', port: 5901, tunnel: null }],
  [
    ssh,
    at('::1'),
    {
      host: '127.0.0.1',
      port: 15901,
      tunnel: "ssh -N -L '127.0.0.1:15901:[::1]:5901' -p 2222 -i '/home/me/my key' -J gate -- me@kvm1",
    },
  ],
  [
    'qemu+tls://kvm1/system',
    at('127.0.0.1'),
    { port: 15901, tunnel: 'ssh -N -L 127.0.0.1:15901:127.0.0.1:5901 -- kvm1' },
  ],
  [ssh, at('127.0.0.1', 60_000), { port: 60_000 }],
  [
    ssh,
    socket,
    {
      host: '127.0.0.1',
      port: 15900,
      tunnel: `ssh -N -L '127.0.0.1:15900:/run/vm'\\''s.sock' -p 2222 -i '/home/me/my key' -J gate -- me@kvm1`,
    },
  ],
])('%s, %j', (uri, listen, way) => {
  expect(viewerWay(listen, parseLibvirtUri(uri), 'gate')).toMatchObject(way);
});

it.each([
  [ssh, { kind: 'none' }, 'listenNone'],
  [ssh, at('127.0.0.1', null), 'noPort'],
  ['qemu:///system', socket, 'onlySocket'],
] as const)('%s, %j: %s', (uri, listen, reason) => {
  expect(() => viewerWay(listen, parseLibvirtUri(uri), '')).toThrow(expect.objectContaining({ params: { reason } }));
});
