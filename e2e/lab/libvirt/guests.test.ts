import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { guests, guestXml } from './guests.ts';
import { judgeAnswer } from './part.ts';
import { testHypervisorXml } from './test-hypervisor.ts';

function parse(xml: string): NonNullable<ReturnType<DOMParser['parseFromString']>['documentElement']> {
  return new DOMParser().parseFromString(xml, 'text/xml').documentElement!;
}

function texts(xml: string, tag: string): string[] {
  return Array.from(parse(xml).getElementsByTagName(tag), (element) => element.textContent ?? '');
}

describe('guestXml', () => {
  it.each(guests)('says the name of $slug as it is', (guest) => {
    const xml = guestXml(guest, { dataDir: '/lab & "data"', kernelDir: '/cache' });
    expect(texts(xml, 'name')).toEqual([guest.name]);
    expect(texts(xml, 'description')).toEqual([guest.description]);
    expect(texts(xml, 'cmdline')[0]).toContain(` hostname=${guest.slug} `);
    const disk = parse(xml).getElementsByTagName('source')[0]!;
    expect(disk.getAttribute('file')).toBe(`/lab & "data"/${guest.slug}.img`);
  });

  it('has no two guests that share a name, file, UUID or MAC address', () => {
    for (const key of ['name', 'slug', 'uuid', 'mac'] as const) {
      expect(new Set(guests.map((guest) => guest[key])).size).toBe(guests.length);
    }
  });

  it('keeps a name that must be quoted everywhere', () => {
    for (const part of [`'`, '"', ' ', '<script>', '$(', '`', '&', ';', '\\', '%', '😀'])
      expect(guests[2].name).toContain(part);
    // libvirt makes files of the name
    expect(guests[2].name).not.toContain('/');
  });
});

describe('testHypervisorXml', () => {
  const xml = testHypervisorXml(1000);

  it('has as many domains as asked for, each with a name, UUID and MAC address of its own', () => {
    const macs = Array.from(parse(xml).getElementsByTagName('mac'), (mac) => mac.getAttribute('address'));
    for (const values of [texts(xml, 'name'), texts(xml, 'uuid'), macs]) expect(new Set(values).size).toBe(1000);
    expect(texts(xml, 'name').at(0)).toBe('vm-0001');
    expect(texts(xml, 'name').at(-1)).toBe('vm-1000');
  });

  it('mixes states, sizes and descriptions', () => {
    const states = texts(xml, 'test:runstate');
    const count = (state: string): number => states.filter((one) => one === state).length;
    expect([count('1'), count('3'), count('5')]).toEqual([700, 100, 200]);
    expect(new Set(texts(xml, 'vcpu'))).toEqual(new Set(['1', '2', '3', '4']));
    expect(new Set(texts(xml, 'memory')).size).toBe(5);
    expect(texts(xml, 'description')).toHaveLength(100);
    expect(texts(xml, 'description')[0]).toBe('Test domain 10, <owner> "team 3"');
  });
});

describe('judgeAnswer', () => {
  it.each([
    [' default\n\nrunning\n\n', ''],
    [' default\n other\n\nrunning\n', ''],
    ['\nrunning\n', 'the network default is not active'],
    [' other\n\nrunning\n', 'the network default is not active'],
    [' default\n\nshut off\n', 'lab-guest is shut off'],
    ['', 'the network default is not active'],
  ])('%j', (answer, reason) => {
    expect(judgeAnswer(answer)).toBe(reason);
  });
});
