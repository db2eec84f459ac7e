import { expect, it } from 'vitest';
import { readDomainStorage } from './domain-storage.ts';

const running = `<domain type='qemu' id='7'><name>web</name><os><type>hvm</type></os><devices>
  <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/vm/web.s2' index='3'/>
    <backingStore type='file' index='2'><format type='qcow2'/><source file='/vm/web.s1'/>
      <backingStore type='block' index='1'><format type='raw'/><source dev='/dev/vg/web'/><backingStore/></backingStore>
    </backingStore><target dev='vda' bus='virtio'/></disk>
  <disk type='file' device='cdrom'><driver name='qemu' type='raw'/><target dev='sda' bus='sata'/><readonly/></disk>
  <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0' state='connected'/></channel>
</devices></domain>`;

it('reads each disk with what is below it', () => {
  expect(readDomainStorage(running)).toEqual({
    name: 'web',
    isRunning: true,
    hasUefi: false,
    hasQcow2Nvram: false,
    hasHostDevices: false,
    isAgentConnected: true,
    disks: [
      {
        target: 'vda',
        layers: [
          { type: 'file', path: '/vm/web.s2', format: 'qcow2' },
          { type: 'file', path: '/vm/web.s1', format: 'qcow2' },
          { type: 'block', path: '/dev/vg/web', format: 'raw' },
        ],
        isComplete: true,
        isFixed: false,
      },
      { target: 'sda', layers: [{ type: 'file', path: null, format: 'raw' }], isComplete: true, isFixed: true },
    ],
  });
});

it('says that it does not know what is below a disk of a definition', () => {
  const xml = `<domain><name>web</name><os firmware='efi'><nvram format='qcow2'>/v</nvram></os><devices>
    <disk type='volume' device='disk'><driver type='qcow2'/><source pool='p' volume='v'/><target dev='vda'/></disk>
    <hostdev mode='subsystem' type='pci'/></devices></domain>`;
  expect(readDomainStorage(xml)).toMatchObject({
    isRunning: false,
    hasUefi: true,
    hasQcow2Nvram: true,
    hasHostDevices: true,
    disks: [{ layers: [{ type: 'volume', path: 'v', format: 'qcow2' }], isComplete: false, isFixed: false }],
  });
});
