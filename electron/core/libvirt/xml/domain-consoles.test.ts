import { describe, expect, it } from 'vitest';
import { domainConsoles } from './domain-consoles.ts';

const domain = (devices: string): string => `<domain type='qemu'><devices>${devices}</devices></domain>`;

describe('domainConsoles', () => {
  it('tells each once, serial ports first, and what cannot be opened', () => {
    const xml = domain(`
      <console type='pty' tty='/dev/pts/1'><target type='serial' port='0'/><alias name='serial0'/></console>
      <console type='pty'><target type='virtio' port='1'/><alias name='console1'/></console>
      <serial type='pty'><target type='isa-serial' port='0'/><alias name='serial0'/></serial>
      <serial type='file'><source path='/log'/><target port='1'/><alias name='serial1'/></serial>
      <serial type='pty'><target port='2'/><alias name='serial2'/></serial>`);
    expect(domainConsoles(xml)).toEqual({
      ptys: [
        { device: 'serial0', type: 'serial', port: 0 },
        { device: 'serial2', type: 'serial', port: 2 },
        { device: 'console1', type: 'virtio', port: 1 },
      ],
      hasOthers: true,
    });
  });

  it('finds none in a domain without devices, and no alias in one that is off', () => {
    expect(domainConsoles('<domain/>')).toEqual({ ptys: [], hasOthers: false });
    expect(domainConsoles(domain("<serial type='pty'><target port='0'/></serial>")).ptys).toEqual([]);
  });

  it('refuses what is no domain', () => {
    expect(() => domainConsoles('<pool/>')).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
  });
});
