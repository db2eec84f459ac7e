import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { BOOT_TIMEOUT_MS, defineGuest, virsh, type SpecGuest } from '../../../../e2e/fixtures/virsh.ts';
import { LibvirtLab, rowWith, type Opened } from '../connections/fixtures/lab-libvirt.ts';
import type { TextConsoleBackend } from './ports.ts';

const reason = readLab()?.libvirt == null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : null;
if (reason !== null) console.log(`skipped: serial console of a domain (${reason})`);

/**
 * Types `line` until what it makes shows. Again with each sign of life of the guest: what is typed while its shell
 * starts may be thrown away.
 */
async function typeUntil(stream: Duplex, line: string, pattern: RegExp): Promise<void> {
  let text = '';
  const timeout = AbortSignal.timeout(BOOT_TIMEOUT_MS);
  let chunk = '';
  do {
    if (text === '' || /alive for|[~/] # /.test(chunk)) stream.write(line);
    chunk = String((await once(stream, 'data', { signal: timeout }))[0]);
    text += chunk;
  } while (!pattern.test(text));
}

/** libvirt ends a console that is taken over with an error. */
function closeOf(stream: Duplex): Promise<void> {
  return new Promise((resolve) => stream.once('close', resolve));
}

describe.skipIf(reason !== null)('serial console of a domain', { timeout: 2 * BOOT_TIMEOUT_MS }, () => {
  const lab = new LibvirtLab();
  const { signal } = new AbortController();
  let guest: SpecGuest;
  let opened: Opened;
  let consoles: TextConsoleBackend;

  beforeAll(async () => {
    guest = await defineGuest('lab-serial', 0xa7);
    opened = await lab.connect('qemu:///system');
    if (opened.session.textConsoles === undefined) throw new Error('the connection has no text consoles');
    consoles = opened.session.textConsoles;
  });
  afterAll(async () => {
    await lab.close();
    await guest.remove();
  });

  it('has none while it is off', async () => {
    expect(await consoles.list(guest.uuid, signal)).toEqual([]);
    await expect(consoles.open(guest.uuid, null, false, signal)).rejects.toMatchObject({
      code: 'NO_CONSOLE',
      params: { reason: 'off', machine: guest.name },
    });
  });

  it('takes what is typed and gives what the guest writes', async () => {
    await virsh('start', guest.uuid);
    await rowWith(opened.machines, guest.uuid, (row) => row?.state === 'running', 10_000);
    expect(await consoles.list(guest.uuid, signal)).toEqual([{ device: 'serial0', type: 'serial', port: 0 }]);
    const stream = await consoles.open(guest.uuid, 'serial0', false, signal);
    try {
      await typeUntil(stream, 'echo typed-$((40 + 2))\n', /typed-42/);
    } finally {
      stream.destroy();
    }
  });

  it('belongs to one at a time, unless it is taken over', async () => {
    const first = await consoles.open(guest.uuid, null, false, signal);
    first.resume();
    await expect(consoles.open(guest.uuid, null, false, signal)).rejects.toMatchObject({
      code: 'NO_CONSOLE',
      retryable: false,
      params: { reason: 'taken' },
    });
    const closed = closeOf(first);
    const second = await consoles.open(guest.uuid, null, true, signal);
    await closed;
    try {
      await typeUntil(second, 'echo second-$((40 + 2))\n', /second-42/);
    } finally {
      second.destroy();
    }
  });

  it('ends with the machine', async () => {
    const stream = await consoles.open(guest.uuid, null, false, signal);
    stream.resume();
    const closed = closeOf(stream);
    await virsh('destroy', guest.uuid);
    await closed;
    expect(stream.destroyed).toBe(true);
  });

  it('is missing where there is no serial port', async () => {
    const xml = await virsh('dumpxml', '--inactive', guest.uuid);
    const bare = xml.replace(/<serial[\s\S]*<\/console>/, '');
    expect(bare).not.toContain('<serial');
    const file = join(guest.dataDir, 'bare.xml');
    await writeFile(file, bare);
    await virsh('define', file);
    await virsh('start', guest.uuid);
    await rowWith(opened.machines, guest.uuid, (row) => row?.state === 'running', 10_000);
    await expect(consoles.open(guest.uuid, null, false, signal)).rejects.toMatchObject({
      params: { reason: 'noSerial' },
    });
  });
});
