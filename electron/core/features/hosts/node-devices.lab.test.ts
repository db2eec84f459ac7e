import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { nodeDeviceActions } from '../../../../shared/model/node-devices.ts';
import { LibvirtLab } from '../connections/fixtures/lab-libvirt.ts';
import type { NodeDeviceBackend } from './ports.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: what is done with devices of a real host (${reason})`);

/** The lab has no device to spare: what a real daemon answers to calls for one that it has not, and one without a driver for it. */
describe.skipIf(reason !== null)('what is done with devices of a real host', { timeout: 60_000 }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  const mdev = { connectionId: 'lab', parent: 'pci_hd_gone', type: 't1', uuid: 'e2e00000-0000-4000-8a08-0000000000aa' };
  let qemu: NodeDeviceBackend;
  let test: NodeDeviceBackend;

  const devicesOf = async (uri: string): Promise<NodeDeviceBackend> => {
    const { session } = await lab.connect(uri);
    if (session.host === undefined) throw new Error('a connection without a host');
    return session.host.devices;
  };
  beforeAll(async () => {
    [qemu, test] = await Promise.all([devicesOf('qemu+unix:///system'), devicesOf('test+unix:///default')]);
  });
  afterAll(() => lab.close());

  it.each(nodeDeviceActions)('is understood by it, and refused for a device that is gone: %s', async (action) => {
    // A host without an IOMMU says so before it looks for the device.
    const code = expect.stringMatching(action === 'detach' ? /^(NOT_FOUND|UNSUPPORTED)$/ : /^NOT_FOUND$/) as string;
    await expect(qemu.runAction(action, 'pci_hd_gone', signal)).rejects.toMatchObject({ code });
  });

  it('makes no mediated device of a device that is gone, nor leaves one behind', async () => {
    for (const isDefined of [false, true]) {
      await expect(qemu.createMdev({ ...mdev, isDefined }, signal)).rejects.toMatchObject({
        source: { kind: 'libvirt' },
      });
    }
    await expect(qemu.impact('pci_hd_gone')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each(['detach', 'reattach', 'reset'] as const)('says that a driver cannot do it: %s', async (action) => {
    await expect(test.runAction(action, 'computer', signal)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});
