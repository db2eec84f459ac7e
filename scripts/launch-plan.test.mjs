import { expect, it } from 'vitest';
import { browserArguments, chooseShell, electronArguments } from './launch-plan.mjs';
import { isNodeSupported } from './toolchain.mjs';

it.each([
  ['a display', [], 'linux', { DISPLAY: ':0' }, 'electron'],
  ['Wayland', [], 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'electron'],
  ['no display', [], 'linux', {}, 'browser'],
  ['an empty display', [], 'linux', { DISPLAY: '' }, 'browser'],
  ['macOS', [], 'darwin', {}, 'electron'],
  ['Windows', ['--connect', 'test:///default'], 'win32', {}, 'electron'],
  ['--browser', ['--browser'], 'darwin', {}, 'browser'],
  ['a port', ['--port', '8080'], 'linux', { DISPLAY: ':0' }, 'browser'],
  ['a token with =', ['--token=x'], 'linux', { DISPLAY: ':0' }, 'browser'],
  ['a profile', ['--profile', '/p'], 'linux', { DISPLAY: ':0' }, 'electron'],
])('with %s', (_what, flags, platform, env, expected) => {
  expect(chooseShell(flags, platform, env)).toBe(expected);
});

it('turns the sandbox off only where Chromium cannot have one', () => {
  expect(electronArguments(['--profile', 'p'], 'linux', 0)).toEqual(['--no-sandbox', '--profile', 'p']);
  expect(electronArguments(['--no-sandbox'], 'linux', 0)).toEqual(['--no-sandbox']);
  expect(electronArguments(['--profile', 'p'], 'linux', 1000)).toEqual(['--profile', 'p']);
  expect(electronArguments([], 'win32', undefined)).toEqual([]);
});

it('passes on to the portal what it understands', () => {
  const flags = ['--browser', '--port', '0', '--connect=test:///default', '--no-sandbox', 'qemu:///system', '--debug'];
  expect(browserArguments(flags)).toEqual([
    ...['--port', '0', '--connect=test:///default', '--connect', 'qemu:///system', '--debug'],
  ]);
  // A value that is missing stays missing, for the portal to complain about.
  expect(browserArguments(['--profile'])).toEqual(['--profile']);
});

it.each([
  ['18.20.4', false],
  ['20.18.3', false],
  ['20.19.0', true],
  ['20.20.2', true],
  ['21.7.3', false],
  ['22.11.0', false],
  ['22.12.0', true],
  ['24.0.0', true],
])('Node %s is supported: %s', (version, isSupported) => {
  expect(isNodeSupported(version)).toBe(isSupported);
});
