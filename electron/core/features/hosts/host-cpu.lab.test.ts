import { afterAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { secondLibvirtSocket } from '../../../../e2e/lab/paths.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';
import { compareCpus } from './cpu-comparison.ts';
import type { HostCpuBackend } from './host-cpu-port.ts';

const reason =
  readLab()?.second == null ? 'the second libvirtd of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: CPUs of hosts (${reason})`);

describe.skipIf(reason !== null)('CPUs of hosts', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  afterAll(() => lab.close());

  it('are compared, and those of one machine have all in common', async () => {
    const uris = ['qemu:///system', `qemu+unix:///system?socket=${secondLibvirtSocket}`];
    const backends = await Promise.all(uris.map(async (uri) => (await lab.connect(uri)).session.host?.cpu));
    const backendOf = (id: string): HostCpuBackend => {
      const backend = backends[Number(id)];
      if (backend === undefined) throw new Error('the connection has no host');
      return backend;
    };
    const { hosts, common, error } = await compareCpus(['0', '1'], backendOf, signal);
    expect(error).toBeNull();
    expect(hosts.map((host) => host.error)).toEqual([null, null]);
    expect(hosts[0]?.cpu?.features.length).toBeGreaterThan(10);
    expect(hosts[1]?.cpu).toEqual(hosts[0]?.cpu);
    expect(common?.xml).toContain('<model');
    expect(common?.cpu.model).toBe(hosts[0]?.cpu?.model);
    // What stops a migration is left out, so that the host may have more.
    for (const { verdict } of hosts) expect(['identical', 'superset']).toContain(verdict);
    // Of one maker and of another: no host has both.
    const foreign = `<cpu><model>qemu64</model>${['vmx', 'svm']
      .map((name) => `<feature policy='require' name='${name}'/>`)
      .join('')}</cpu>`;
    expect(await backendOf('0').compare(foreign, signal)).toBe('incompatible');
  });
});
