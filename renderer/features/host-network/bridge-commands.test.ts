import { expect, it } from 'vitest';
import { bridgeCommands, bridgeFault } from './bridge-commands.ts';

it.each([
  ['ip', '', ['ip link add name br0 type bridge', 'ip link set br0 up']],
  ['ip', 'eth0', ['ip link add name br0 type bridge', 'ip link set eth0 master br0', 'ip link set br0 up']],
  ['nmcli', '', ['nmcli connection add type bridge con-name br0 ifname br0 stp no', 'nmcli connection up br0']],
  [
    'nmcli',
    'eth0',
    [
      'nmcli connection add type bridge con-name br0 ifname br0 stp no',
      'nmcli connection add type ethernet slave-type bridge con-name br0-eth0 ifname eth0 master br0',
      'nmcli connection up br0-eth0',
    ],
  ],
  ['ip', "e'; rm", ['ip link add name br0 type bridge', `ip link set 'e'\\''; rm' master br0`, 'ip link set br0 up']],
] as const)('by %s with "%s"', (way, port, commands) => {
  expect(bridgeCommands(way, 'br0', port).split('\n')).toEqual(commands);
});

it.each([
  ['br1', null],
  ['br0', 'taken'],
  ['', 'name'],
  ['a-name-too-long-', 'name'],
  ['-br', 'name'],
  ['b;r', 'name'],
])('takes the name "%s": %s', (name, fault) => {
  expect(bridgeFault(name, ['br0'])).toBe(fault);
});
