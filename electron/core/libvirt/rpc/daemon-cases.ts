import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { domainEventId, domainLifecycle, listDomainsFlags, statsFlags, statsGroups } from '../protocol/constants.ts';
import type { DomainRef, StorageVolumeRef } from '../protocol/references.ts';
import { paramValues } from '../protocol/typed-params.ts';
import type { RpcClient } from './client.ts';
import { openLibvirt } from './open.ts';

/** A daemon to try, over whatever transport `connect` makes. */
export interface DaemonUnderTest {
  /** The name that the daemon is asked for, e.g. `test:///default`. */
  uri: string;
  /** A new connection to the daemon. */
  connect: () => Promise<Duplex>;
  /** The fewest domains that the daemon has. */
  minDomains: number;
  /**
   * `test`: libvirt's test driver; an existing domain is stopped and started. `qemu`: a transient guest of 16 MiB and a
   * storage pool below /tmp of the daemon's host are made and removed; streams are tried too.
   */
  driver: 'test' | 'qemu';
}

const MAX_WAIT_MS = 20_000;
/** The guest ends with our connection, so that a test that is killed leaves none. */
const AUTODESTROY = 2;
/** Where /dev/kvm is there but not for qemu, libvirt probes its emulators anew each time it is asked for what they can do. */
const MAX_PROBE_MS = 300_000;

/** The cases that every transport and every daemon must pass. To be called inside `describe`. */
export function daemonCases(daemon: DaemonUnderTest): void {
  let client: RpcClient;
  let other: RpcClient;

  async function open(): Promise<RpcClient> {
    const signal = AbortSignal.timeout(MAX_WAIT_MS);
    return openLibvirt(await daemon.connect(), { uri: daemon.uri, clock: systemClock, log: silentLogger, signal });
  }

  beforeAll(async () => {
    client = await open();
    // The test driver makes a copy of a file for each connection.
    const isCopied = daemon.driver === 'test' && daemon.uri !== 'test:///default';
    other = isCopied ? client : await open();
  });

  afterAll(async () => {
    for (const connection of [client, other]) {
      connection.close();
      expect(await connection.closed).toMatchObject({ code: 'DISCONNECTED' });
    }
  });

  const list = async (flags = 0): Promise<DomainRef[]> =>
    (await client.call('CONNECT_LIST_ALL_DOMAINS', { needResults: 1, flags })).domains;

  it(
    'tells what it is',
    async () => {
      expect((await client.call('CONNECT_GET_TYPE', {})).type.toLowerCase()).toBe(daemon.driver);
      expect((await client.call('CONNECT_GET_LIB_VERSION', {})).libVer).toBeGreaterThan(4_000_000);
      expect((await client.call('CONNECT_GET_HOSTNAME', {})).hostname).not.toBe('');
      expect((await client.call('NODE_GET_INFO', {})).memory).toBeGreaterThan(0);
      expect((await client.call('CONNECT_GET_CAPABILITIES', {})).capabilities).toContain('<capabilities>');
    },
    MAX_PROBE_MS,
  );

  it('says why it cannot open a name', async () => {
    const signal = AbortSignal.timeout(MAX_WAIT_MS);
    const options = { uri: 'nosuch:///system', clock: systemClock, log: silentLogger, signal };
    await expect(openLibvirt(await daemon.connect(), options)).rejects.toMatchObject({
      source: { kind: 'libvirt', procedure: 'CONNECT_OPEN' },
    });
  });

  it('tells all errors with all their fields', async () => {
    const uuid = '00000000-0000-4000-8000-00000000dead';
    await expect(client.call('DOMAIN_LOOKUP_BY_UUID', { uuid })).rejects.toMatchObject({
      code: 'MACHINE_GONE',
      source: {
        kind: 'libvirt',
        code: 42,
        level: 2,
        message: expect.stringContaining('Domain not found') as string,
        str1: expect.stringContaining('Domain not found') as string,
        str3: null,
        procedure: 'DOMAIN_LOOKUP_BY_UUID',
      },
    });
    await expect(client.call('NETWORK_LOOKUP_BY_NAME', { name: 'no <such> "net" 🐧' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('answers 200 calls asked at once, each with its own reply', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `absent-${i}`);
    const results = await Promise.allSettled(names.map((name) => client.call('DOMAIN_LOOKUP_BY_NAME', { name })));
    for (const [i, result] of results.entries()) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'MACHINE_GONE' } });
      if (daemon.driver === 'qemu' && result.status === 'rejected')
        expect(String(result.reason)).toContain(`'absent-${i}'`);
    }
  });

  it('goes on after calls that were left', async () => {
    const controller = new AbortController();
    const left = [1, 2, 3, 4, 5, 6].map(() =>
      client.call('CONNECT_LIST_ALL_DOMAINS', { needResults: 1, flags: 0 }, { signal: controller.signal }),
    );
    controller.abort();
    for (const result of await Promise.allSettled(left)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
    }
    expect((await client.call('CONNECT_GET_HOSTNAME', {})).hostname).not.toBe('');
  });

  describe('with a domain', () => {
    let dom: DomainRef;

    beforeAll(async () => {
      if (daemon.driver === 'qemu') {
        const created = await client.call('DOMAIN_CREATE_XML', { xmlDesc: guestXml(), flags: AUTODESTROY });
        dom = created.dom;
      } else {
        const [first] = await list(listDomainsFlags.running);
        if (first === undefined) throw new Error(`${daemon.uri} has no running domain`);
        dom = first;
      }
    }, MAX_PROBE_MS);

    afterAll(async () => {
      if (daemon.driver !== 'qemu') return;
      await client.call('DOMAIN_DESTROY_FLAGS', { dom, flags: 0 }).catch((error: unknown) => {
        // The cases may have ended it already.
        expect(error).toMatchObject({ code: 'MACHINE_GONE' });
      });
    });

    it('is listed, by flags', async () => {
      // Others may make and remove domains meanwhile.
      await vi.waitFor(async () => {
        const all = await list();
        expect(all.length).toBeGreaterThanOrEqual(daemon.minDomains);
        const [active, inactive] = [await list(listDomainsFlags.active), await list(listDomainsFlags.inactive)];
        expect(active.length + inactive.length).toBe(all.length);
        expect(active.map((d) => d.uuid)).toContain(dom.uuid);
        expect(active.every((d) => d.id !== -1) && inactive.every((d) => d.id === -1)).toBe(true);
      }, MAX_WAIT_MS);
    });

    it('has figures in one call for all', async () => {
      const stats = statsGroups.state | statsGroups.cpuTotal | statsGroups.balloon | statsGroups.vcpu;
      const flags = statsFlags.active | statsFlags.noWait;
      await vi.waitFor(async () => {
        const { retStats } = await client.call('CONNECT_GET_ALL_DOMAIN_STATS', { doms: [], stats, flags });
        const record = retStats.find((r) => r.dom.uuid === dom.uuid);
        expect(paramValues(record?.params ?? []).get('state.state')).toBe(1);
        expect(retStats.length).toBe((await list(listDomainsFlags.active)).length);
      }, MAX_WAIT_MS);
    });

    it('has XML', async () => {
      const { xml } = await client.call('DOMAIN_GET_XML_DESC', { dom, flags: 0 });
      expect(xml).toContain(`<uuid>${dom.uuid}</uuid>`);
    });

    it('tells its lifecycle to the connection that asked, whoever changes it', async () => {
      const seen: number[] = [];
      const stop = client.onEvent('DOMAIN_EVENT_CALLBACK_LIFECYCLE', ({ callbackID: id, msg }) => {
        if (id === callbackID && msg.dom.uuid === dom.uuid) seen.push(msg.event);
      });
      const { callbackID } = await client.call('CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY', {
        eventID: domainEventId.lifecycle,
        dom: null,
      });
      const { suspended, resumed, stopped, started } = domainLifecycle;
      await other.call('DOMAIN_SUSPEND', { dom });
      await other.call('DOMAIN_RESUME', { dom });
      const expected: number[] = [suspended, resumed];
      if (daemon.driver === 'test') {
        await other.call('DOMAIN_DESTROY_FLAGS', { dom, flags: 0 });
        dom = (await other.call('DOMAIN_CREATE_WITH_FLAGS', { dom, flags: 0 })).dom;
        expected.push(stopped, started);
      }
      await expect.poll(() => seen, { timeout: MAX_WAIT_MS }).toEqual(expect.arrayContaining(expected));
      await client.call('CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY', { callbackID });
      stop();
    });

    if (daemon.driver === 'qemu') streamCases(() => ({ client, dom }));
  });
}

function streamCases(get: () => { client: RpcClient; dom: DomainRef }): void {
  it('streams its screen', async () => {
    const { client, dom } = get();
    const { ret, stream } = await client.openStream('DOMAIN_SCREENSHOT', { dom, screen: 0, flags: 0 });
    const picture = await buffer(stream);
    expect(ret.mime).toMatch(/^image\//);
    const beginning = ret.mime === 'image/png' ? '\x89PNG' : 'P6';
    expect(picture.toString('latin1')).toMatch(new RegExp(`^${beginning}`));
  });

  it('streams its console both ways; a stream that is left is free again', async () => {
    const { client, dom } = get();
    const args = { dom, devName: null, flags: 0 };
    const { stream } = await client.openStream('DOMAIN_OPEN_CONSOLE', args);
    stream.write('\r');
    await expect(client.openStream('DOMAIN_OPEN_CONSOLE', args)).rejects.toMatchObject({ source: { code: 9 } });
    stream.destroy();
    // The daemon may come to the next call before it has let the console go.
    const again = await vi.waitFor(() => client.openStream('DOMAIN_OPEN_CONSOLE', args), MAX_WAIT_MS);
    const ended = buffer(again.stream);
    await client.call('DOMAIN_RESET', { dom, flags: 0 });
    again.stream.end('\r');
    await ended;
  });

  describe('with a storage pool', () => {
    const name = `virtdeck-rpc-${randomUUID()}`;
    const data = randomBytes(5_000_000);
    const size = 8 * 1024 * 1024;
    let volume: StorageVolumeRef;

    beforeAll(async () => {
      const xml = `<pool type='dir'><name>${name}</name><target><path>/tmp/${name}</path></target></pool>`;
      const build = 1;
      const { pool } = await get().client.call('STORAGE_POOL_CREATE_XML', { xml, flags: build });
      const volumeXml = `<volume><name>disk &amp; "co"</name><capacity>${size}</capacity><allocation>0</allocation></volume>`;
      volume = (await get().client.call('STORAGE_VOL_CREATE_XML', { pool, xml: volumeXml, flags: 0 })).vol;
    });

    afterAll(async () => {
      const { client } = get();
      const { pool } = await client.call('STORAGE_POOL_LOOKUP_BY_NAME', { name });
      await client.call('STORAGE_VOL_DELETE', { vol: volume, flags: 0 });
      const { xml } = await client.call('STORAGE_POOL_GET_XML_DESC', { pool, flags: 0 });
      await client.call('STORAGE_POOL_DESTROY', { pool });
      // Deleting the directory needs a pool that is defined and not active.
      const defined = await client.call('STORAGE_POOL_DEFINE_XML', { xml, flags: 0 });
      await client.call('STORAGE_POOL_DELETE', { pool: defined.pool, flags: 0 });
      await client.call('STORAGE_POOL_UNDEFINE', { pool: defined.pool });
    });

    it('takes a volume and gives it back', async () => {
      const { client } = get();
      const upload = await client.openStream('STORAGE_VOL_UPLOAD', { vol: volume, offset: 0, length: 0, flags: 0 });
      await pipeline(Readable.from([data]), upload.stream);
      const args = { vol: volume, offset: 0, length: data.length, flags: 0 };
      const plain = await client.openStream('STORAGE_VOL_DOWNLOAD', args);
      expect(sha256(await buffer(plain.stream))).toBe(sha256(data));
    });

    it('gives a sparse volume back with its holes', async () => {
      const { client } = get();
      const upload = await client.openStream('STORAGE_VOL_UPLOAD', { vol: volume, offset: 0, length: 0, flags: 0 });
      await pipeline(Readable.from([data]), upload.stream);
      const sparse = 1;
      const args = { vol: volume, offset: 0, length: 0, flags: sparse };
      const { stream } = await client.openStream('STORAGE_VOL_DOWNLOAD', args);
      const expected = Buffer.concat([data, Buffer.alloc(size - data.length)]);
      expect(sha256(await buffer(stream))).toBe(sha256(expected));
    });

    it('survives a transfer that is left in the middle', async () => {
      const { client } = get();
      const args = { vol: volume, offset: 0, length: 0, flags: 0 };
      const download = await client.openStream('STORAGE_VOL_DOWNLOAD', args);
      for await (const chunk of download.stream) {
        expect(chunk).toBeInstanceOf(Buffer);
        break;
      }
      expect(download.stream.destroyed).toBe(true);
      const upload = await client.openStream('STORAGE_VOL_UPLOAD', args);
      upload.stream.write(data);
      upload.stream.destroy();
      expect((await client.call('STORAGE_VOL_GET_INFO', { vol: volume })).capacity).toBe(size);
    });
  });
}

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** A guest that shows its firmware on a screen and a serial port, and needs nothing of its host. */
function guestXml(): string {
  return `<domain type='qemu'>
  <name>virtdeck-rpc-${randomUUID()}</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>
  <os><type>hvm</type><bios useserial='yes'/></os>
  <devices>
    <console type='pty'/><graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>
    <video><model type='vga'/></video><memballoon model='none'/>
  </devices>
</domain>`;
}
