import { XMLSerializer } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import { maxVcpusOf, readPlacement, writePins } from './domain-placement.ts';
import { writeIothreads } from './domain-limits.ts';
import { parseRoot } from './elements.ts';

const domain = (cputune: string): ReturnType<typeof parseRoot> =>
  parseRoot(`<domain><vcpu cpuset='0-7'>4</vcpu>${cputune}</domain>`, 'domain');
const tuned = `<cputune><shares>2048</shares><vcpupin vcpu='1' cpuset='3,2'/><vcpupin vcpu='0' cpuset='0-3'/><emulatorpin cpuset='0-7,^1'/><iothreadpin iothread='2' cpuset='1'/><vcpusched vcpus='0' scheduler='fifo' priority='1'/></cputune>`;

describe('where a domain runs', () => {
  it('is read in the shortest text, and all CPUs of the host are no pin', () => {
    expect(readPlacement(domain(tuned), null)).toEqual({
      vcpus: [
        { id: 0, cpus: '0-3' },
        { id: 1, cpus: '2-3' },
      ],
      emulator: '0,2-7',
      iothreads: [{ id: 2, cpus: '1' }],
      others: '0-7',
    });
    const onFour = readPlacement(domain(tuned), [0, 1, 2, 3]);
    expect(onFour).toMatchObject({ vcpus: [{ id: 1, cpus: '2-3' }], others: '' });
    expect(readPlacement(domain(''), [])).toEqual({ vcpus: [], emulator: '', iothreads: [], others: '0-7' });
  });

  it('is written beside what is not known, and leaves nothing behind', () => {
    const root = domain(tuned);
    writePins(root, {
      vcpus: [
        { id: 1, cpus: '2-3' },
        { id: 3, cpus: '5' },
      ],
      emulator: '',
      iothreads: [],
    });
    const text = new XMLSerializer().serializeToString(root);
    expect(text).toContain('<vcpupin vcpu="1" cpuset="3,2"/>');
    expect(text).toContain('<vcpupin vcpu="3" cpuset="5"/>');
    expect(text).not.toMatch(/emulatorpin|iothreadpin|vcpu="0"/);
    expect(text).toMatch(/<shares>2048<\/shares>.*<vcpusched vcpus="0" scheduler="fifo" priority="1"\/>/);
    const fresh = domain('');
    writePins(fresh, { vcpus: [], emulator: '1', iothreads: [] });
    expect(new XMLSerializer().serializeToString(fresh)).toContain('<cputune><emulatorpin cpuset="1"/></cputune>');
    writePins(fresh, { vcpus: [], emulator: '', iothreads: [] });
    expect(new XMLSerializer().serializeToString(fresh)).not.toContain('cputune');
  });

  it.each([
    ['4', 4],
    ['1e9', 4_096],
    ['-1', 1],
    ['', 1],
  ])('has for a count of %j vCPUs at most %i', (told, most) => {
    expect(maxVcpusOf(parseRoot(`<domain><vcpu>${told}</vcpu></domain>`, 'domain'))).toBe(most);
  });

  it('forgets the pin of an I/O thread that goes', () => {
    const root = domain(tuned);
    writeIothreads(root, [1]);
    expect(readPlacement(root, null).iothreads).toEqual([]);
  });
});
