import { afterEach, describe, expect, it } from 'vitest';
import { sizePreset, type SizePreset } from '../../../../shared/contract/flavors.ts';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { openCloud, StandInCloud, type CloudFixture } from '../../openstack/stand-in-cloud.ts';
import { OpenStackFlavors } from './backends/openstack-flavors.ts';
import { FlavorsService } from './flavors-service.ts';
import { usualPresets } from './usual-presets.ts';

const GIB = 1024 ** 3;
const own: SizePreset = {
  id: 'e2e00000-0000-4000-8a08-000000000001',
  name: 'db',
  vcpus: 4,
  topology: { sockets: 1, cores: 2, threads: 2 },
  memoryBytes: 6 * GIB,
  diskBytes: null,
  cpuMode: 'host-passthrough',
  notes: 'for <b>databases</b>',
};

async function setUp(kept: SizePreset[] | null = null) {
  const disk = { presets: kept, failure: null as AppError | null };
  const file = {
    load: () => Promise.resolve(disk.presets),
    save: (presets: readonly SizePreset[]) => {
      if (disk.failure !== null) return Promise.reject(disk.failure);
      disk.presets = [...presets];
      return Promise.resolve();
    },
  };
  const service = new FlavorsService(() => undefined, file, new FakeClock());
  await service.load();
  const present = async (): Promise<readonly SizePreset[]> => {
    const watching = new AbortController();
    try {
      for await (const event of service.watchPresets({ signal: watching.signal, ready: () => Promise.resolve() })) {
        return event.type === 'snapshot' ? event.items : [];
      }
      return [];
    } finally {
      watching.abort();
    }
  };
  return { disk, service, present };
}

describe('presets', () => {
  it('are usable as they come', () => {
    for (const preset of usualPresets()) expect(sizePreset.parse(preset)).toEqual(preset);
  });

  it('start with the usual ones; those that were deleted stay so', async () => {
    const { disk, service, present } = await setUp();
    expect((await present()).map(({ name }) => name)).toEqual(['tiny', 'small', 'medium', 'large', 'xlarge']);
    await service.deletePresets([...usualPresets().map(({ id }) => id), own.id]);
    expect(disk.presets).toEqual([]);
    expect(await (await setUp(disk.presets)).present()).toEqual([]);
  });

  it('are added, replaced, and kept with what they are', async () => {
    const { disk, service, present } = await setUp([]);
    await service.savePreset(own);
    await service.savePreset({ ...own, name: 'database' });
    expect(await present()).toEqual([{ ...own, name: 'database' }]);
    expect(disk.presets).toEqual(await present());
  });

  it('get the usual ones back beside what they became', async () => {
    const renamed = { ...(usualPresets()[0] ?? own), name: 'mini' };
    const { service, present } = await setUp([renamed, { ...own, name: 'large' }]);
    await service.addUsualPresets();
    const names = (await present()).map(({ name }) => name);
    expect(names.sort()).toEqual(['large', 'medium', 'mini', 'small', 'tiny', 'xlarge']);
  });

  it('do not change where they cannot be kept', async () => {
    const { disk, service, present } = await setUp([own]);
    disk.failure = new AppError('DISK_FULL', { retryable: true });
    await expect(service.deletePresets([own.id])).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await present()).toEqual([own]);
  });

  it.each([
    { name: ' ' },
    { vcpus: 0 },
    { vcpus: 3 },
    { memoryBytes: 0 },
    { diskBytes: 0 },
    { topology: { sockets: 1, cores: 0, threads: 4 } },
  ])('are refused with %o', (change) => {
    expect(sizePreset.safeParse({ ...own, ...change }).success).toBe(false);
  });
});

it('says that a host has no flavors', async () => {
  const { service } = await setUp();
  await expect(service.listFlavors('host')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});

describe('flavors of a cloud', () => {
  let stand: StandInCloud;
  let fixture: CloudFixture;
  afterEach(async () => {
    await fixture.close();
    await stand.server.close();
  });

  /** As Nova 2024.1 answers `GET /flavors/detail` at 2.93, and one as it did before 2.55. */
  const bodies = [
    {
      id: '1',
      name: 'm1.db',
      ram: 6_144,
      disk: 20,
      swap: 512,
      'OS-FLV-EXT-DATA:ephemeral': 2,
      'OS-FLV-DISABLED:disabled': false,
      vcpus: 4,
      'os-flavor-access:is_public': false,
      rxtx_factor: 1.0,
      description: 'For databases',
      extra_specs: { 'hw:cpu_sockets': '1', 'hw:cpu_cores': '2', 'hw:cpu_threads': '2' },
      links: [],
    },
    { id: '2', name: 'old', ram: 64, disk: 0, swap: '', vcpus: 1, extra_specs: { 'hw:cpu_sockets': '1' }, links: [] },
  ];

  it('are read with their units, and the topology where it is fixed', async () => {
    stand = await StandInCloud.start();
    stand.nova('GET', /^\/v2\.1\/flavors\/detail/, () => ({ json: { flavors: bodies } }));
    fixture = openCloud(stand.target(), { clock: new FakeClock() });
    const { cloud, scope } = fixture;
    expect(await new OpenStackFlavors(cloud, 'c', scope.signal).list()).toEqual([
      {
        id: '1',
        connectionId: 'c',
        name: 'm1.db',
        vcpus: 4,
        topology: { sockets: 1, cores: 2, threads: 2 },
        memoryBytes: 6 * GIB,
        diskBytes: 20 * GIB,
        ephemeralBytes: 2 * GIB,
        swapBytes: GIB / 2,
        isPublic: false,
        description: 'For databases',
      },
      {
        id: '2',
        connectionId: 'c',
        name: 'old',
        vcpus: 1,
        topology: null,
        memoryBytes: GIB / 16,
        diskBytes: 0,
        ephemeralBytes: 0,
        swapBytes: 0,
        isPublic: true,
        description: '',
      },
    ]);
  });
});
