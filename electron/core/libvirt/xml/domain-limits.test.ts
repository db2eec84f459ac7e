import { describe, expect, it } from 'vitest';
import { DomainEdit } from './domain-edit.ts';
import {
  readIothreads,
  writeDiskLimits,
  writeIothreads,
  writeNicLimits,
  type DiskBurst,
  type DiskLimits,
} from './domain-limits.ts';
import { child } from './elements.ts';

const none: DiskLimits = {
  total_bytes_sec: 0,
  read_bytes_sec: 0,
  write_bytes_sec: 0,
  total_iops_sec: 0,
  read_iops_sec: 0,
  write_iops_sec: 0,
};

function changed(inner: string, change: (element: DomainEdit['root']) => void): string {
  const edit = new DomainEdit(`<domain>${inner}</domain>`);
  change(edit.root);
  return edit.toString().replace(/^<domain\/?>|<\/domain>$/g, '');
}
const ofDisk = (inner: string, limits: DiskLimits, bursts: DiskBurst[] = []): string =>
  changed(`<disk>${inner}</disk>`, (root) => writeDiskLimits(child(root, 'disk') ?? root, limits, bursts));
const ofNic = (
  inner: string,
  ...limits: [Parameters<typeof writeNicLimits>[1], Parameters<typeof writeNicLimits>[2]]
) => changed(`<interface>${inner}</interface>`, (root) => writeNicLimits(child(root, 'interface') ?? root, ...limits));

describe('limits of a disk', () => {
  it('are set, changed and taken away with what depends on them', () => {
    expect(ofDisk('<target/>', { ...none, read_iops_sec: 100 })).toBe(
      '<disk><target/><iotune><read_iops_sec>100</read_iops_sec></iotune></disk>',
    );
    const burst =
      '<iotune><group_name>g</group_name><total_iops_sec>5</total_iops_sec><total_iops_sec_max>9</total_iops_sec_max></iotune>';
    const kept = { limit: 'total_iops_sec', most: 9, seconds: 1 } as const;
    expect(ofDisk(burst, { ...none, total_iops_sec: 7 }, [kept])).toBe(`<disk>${burst.replace('>5<', '>7<')}</disk>`);
    expect(ofDisk(burst, { ...none, total_iops_sec: 5 }, [{ ...kept, most: 8, seconds: 60 }])).toBe(
      '<disk><iotune><group_name>g</group_name><total_iops_sec>5</total_iops_sec><total_iops_sec_max>8</total_iops_sec_max><total_iops_sec_max_length>60</total_iops_sec_max_length></iotune></disk>',
    );
    expect(ofDisk(burst, { ...none, total_iops_sec: 5 })).not.toContain('_max');
    expect(ofDisk(burst, none)).toBe('<disk><iotune><group_name>g</group_name></iotune></disk>');
    expect(ofDisk('<iotune><read_iops_sec>5</read_iops_sec></iotune>', none)).toBe('<disk/>');
    expect(ofDisk('<target/>', none)).toBe('<disk><target/></disk>');
  });
});

describe('limits of a NIC', () => {
  const limit = { average: 1000, peak: 0, burst: 0 };
  it('are set, changed and taken away for each direction', () => {
    expect(ofNic('', limit, { average: 1, peak: 2, burst: 3 })).toBe(
      '<interface><bandwidth><inbound average="1000"/><outbound average="1" peak="2" burst="3"/></bandwidth></interface>',
    );
    expect(ofNic('<bandwidth><inbound average="5" peak="9" floor="1" future="x"/></bandwidth>', limit, null)).toBe(
      '<interface><bandwidth><inbound average="1000" floor="1" future="x"/></bandwidth></interface>',
    );
    expect(ofNic('<bandwidth><outbound average="5"/></bandwidth>', null, null)).toBe('<interface/>');
    expect(ofNic('<mac/>', null, null)).toBe('<interface><mac/></interface>');
  });
});

describe('I/O threads', () => {
  const three = '<iothreads>3</iothreads><iothreadids><iothread id="4" thread_pool_min="1"/></iothreadids>';

  it('have numbers, also where none are told', () => {
    expect(
      [three, '<iothreads>2</iothreads>', '', '<iothreads>1e9</iothreads>'].map((xml) =>
        readIothreads(new DomainEdit(`<domain>${xml}</domain>`).root).slice(0, 4),
      ),
    ).toEqual([[1, 2, 4], [1, 2], [], [1, 2, 3, 4]]);
  });

  it('are added and taken away, and those that stay keep what is told of them', () => {
    expect(changed(three, (root) => writeIothreads(root, [1, 4]))).toBe(
      '<iothreads>2</iothreads><iothreadids><iothread id="4" thread_pool_min="1"/><iothread id="1"/></iothreadids>',
    );
    expect(changed('', (root) => writeIothreads(root, [1]))).toBe(
      '<iothreads>1</iothreads><iothreadids><iothread id="1"/></iothreadids>',
    );
    expect(changed(three, (root) => writeIothreads(root, []))).toBe('');
  });
});
