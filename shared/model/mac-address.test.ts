import { describe, expect, it } from 'vitest';
import { macFault } from './mac-address.ts';

describe('macFault', () => {
  it.each([
    ['52:54:00:12:34:56', null],
    ['FE:ff:00:aB:cd:EF', null],
    ['00:00:00:00:00:00', null],
    ['53:54:00:12:34:56', 'macGroup'],
    ['ff:ff:ff:ff:ff:ff', 'macGroup'],
    ['52:54:00:12:34', 'mac'],
    ['52-54-00-12-34-56', 'mac'],
    ['52:54:00:12:34:5g', 'mac'],
    [' 52:54:00:12:34:56', 'mac'],
    ['', 'mac'],
  ])('%j: %s', (mac, fault) => {
    expect(macFault(mac)).toBe(fault);
  });
});
