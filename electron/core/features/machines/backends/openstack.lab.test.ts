import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Machine } from '../../../../../shared/contract/machines.ts';
import type { MachineAction } from '../../../../../shared/model/machine-actions.ts';
import type { LiveList } from '../../../kernel/live-list.ts';
import { getConsoleOutput } from '../../../openstack/compute/consoles.ts';
import { deleteServer, listServers } from '../../../openstack/compute/servers.ts';
import { findLabCloud, LAB_DIR, LabProject, type Opened } from '../../connections/fixtures/lab-cloud.ts';

const lab = await findLabCloud('lab-edu');
const { signal } = new AbortController();
const within = { timeout: 120_000, interval: 100 };

async function active(machines: LiveList<Machine>, id: string): Promise<void> {
  await vi.waitFor(() => expect(machines.items.get(id)?.nativeState).toBe('ACTIVE'), within);
}

function run(opened: Opened, action: MachineAction, id: string, taskSignal = signal): Promise<void> {
  return opened.session.machines.runAction(action, id, { signal: taskSignal, progress: () => undefined });
}

/** Where the lab's compute host keeps the disk of a server. */
async function diskOf(id: string): Promise<string> {
  const novaDir = join(LAB_DIR, 'nova');
  for (const host of await readdir(novaDir)) {
    const disk = join(novaDir, host, 'instances', id, 'disk');
    if (existsSync(disk)) return disk;
  }
  throw new Error(`no disk of ${id} below ${novaDir}`);
}

describe.skipIf(lab === null)('servers of a real OpenStack', () => {
  let project: LabProject;

  beforeAll(async () => {
    project = await LabProject.open(lab!);
  });
  afterAll(() => project.close());

  describe('actions', () => {
    afterEach(async () => {
      await project.disconnect();
      await project.deleteServers();
    });

    it('follows each to its true end', async () => {
      const opened = await project.connect();
      const { machines } = opened;
      const id = await project.create('acted', 'sim');
      await active(machines, id);
      const state = (): string | undefined => machines.items.get(id)?.state;
      const steps: [MachineAction, string][] = [
        ['shutdown', 'stopped'],
        ['start', 'running'],
        ['pause', 'paused'],
        ['resume', 'running'],
        ['suspend', 'suspended'],
        ['resume', 'running'],
        ['reboot', 'running'],
        ['reset', 'running'],
        ['lock', 'running'],
        ['unlock', 'running'],
      ];
      for (const [action, end] of steps) {
        await run(opened, action, id);
        expect([action, state(), machines.items.get(id)?.transition]).toEqual([action, end, null]);
        expect(machines.items.get(id)?.locked).toBe(action === 'lock');
      }
      await run(opened, 'delete', id);
      expect(machines.items.has(id)).toBe(false);
      await expect(async () => run(opened, 'start', id)).rejects.toMatchObject({ code: 'MACHINE_GONE' });
    }, 120_000);

    it('costs one call per refresh for five at once', async () => {
      const opened = await project.connect();
      const ids = await Promise.all([1, 2, 3, 4, 5].map((n) => project.create(`many-${n}`, 'sim')));
      await Promise.all(ids.map((id) => active(opened.machines, id)));
      opened.sent.length = 0;
      const startedAt = performance.now();
      await Promise.all(ids.map((id) => run(opened, 'delete', id)));
      const seconds = (performance.now() - startedAt) / 1_000;
      const lists = opened.sent.filter((call) => call.endsWith('/servers/detail')).length;
      expect(opened.sent.length - lists).toBe(5);
      expect(lists).toBeLessThanOrEqual(Math.ceil(seconds) + 2);
    }, 120_000);

    it('fails with the words of Nova where it refuses', async () => {
      const opened = await project.connect();
      const id = await project.create('refused', 'sim');
      await active(opened.machines, id);
      await expect(run(opened, 'start', id)).rejects.toMatchObject({
        code: 'CONFLICT',
        detail: expect.stringMatching(/vm_state active/) as string,
        source: { service: 'compute', status: 409, requestId: expect.stringMatching(/^req-/) as string },
      });
    });

    it('fails where the machine vanished meanwhile; deleting it again is no failure', async () => {
      const opened = await project.connect();
      const id = await project.create('vanished', 'sim');
      await active(opened.machines, id);
      await deleteServer(project.outside, { id, name: id }, signal);
      const isThere = async (): Promise<boolean> =>
        (await listServers(project.outside, { signal })).servers.some((one) => one.id === id);
      await expect.poll(isThere, within).toBe(false);
      const outcomes = await Promise.allSettled([
        (async () => run(opened, 'shutdown', id))(),
        (async () => run(opened, 'delete', id))(),
      ]);
      expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: { code: 'MACHINE_GONE' } });
      // The list may have learned of it before we asked: then there is nothing to delete.
      if (outcomes[1].status === 'rejected') expect(outcomes[1]).toMatchObject({ reason: { code: 'MACHINE_GONE' } });
    });

    it('stops following when cancelled', async () => {
      const opened = await project.connect();
      const id = await project.create('cancelled', 'sim');
      await active(opened.machines, id);
      const controller = new AbortController();
      const running = run(opened, 'shutdown', id, controller.signal);
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    });

    // Nova itself takes no emoji (names are checked as 16-bit characters); libvirt's names are tested with them.
    it('takes a name with quotes, shell characters and markup as it is, everywhere', async () => {
      const opened = await project.connect();
      const id = await project.create(`"a' $(id) <script>alert(1)</script> ☃`, 'sim');
      await active(opened.machines, id);
      const name = `${project.prefix}-"a' $(id) <script>alert(1)</script> ☃`;
      expect(opened.machines.items.get(id)?.name).toBe(name);
      await expect(run(opened, 'start', id)).rejects.toMatchObject({ params: { machine: name } });
      const { facts } = await opened.session.machines.details(id, signal);
      expect(facts).toContainEqual(expect.objectContaining({ key: 'name', value: name }));
      await run(opened, 'delete', id);
    });
  });

  describe('with libvirt behind it', () => {
    let id: string;
    let opened: Opened;

    beforeAll(async () => {
      opened = await project.connect();
      id = await project.create('real', 'nova');
      await active(opened.machines, id);
    }, 180_000);

    it('shows its address and details', async () => {
      expect(opened.machines.items.get(id)?.addresses[0]).toMatch(/^192\.168\.100\.\d+$/);
      const details = await opened.session.machines.details(id, signal);
      const fact = (key: string): unknown => details.facts.find((one) => one.key === key)?.value;
      expect(fact('image')).toBe('tiny-linux');
      expect(fact('flavor')).toBe('m1.micro');
      expect(fact('status')).toBe('ACTIVE');
      expect(details.addresses).toMatchObject([
        { network: 'VPC01', source: 'fixed', mac: expect.stringMatching(/^fa:16:3e/) as string },
      ]);
      expect(JSON.parse(details.document.text)).toMatchObject({ id });
      expect(details.hasUsage).toBe(false);
    });

    it('opens the console through the noVNC proxy', async () => {
      const { stream } = await opened.session.machines.openConsole(id, signal);
      const [hello] = (await once(stream, 'data')) as [Buffer];
      expect(hello.toString()).toBe('RFB 003.008\n');
      stream.write('RFB 003.008\n');
      const [types] = (await once(stream, 'data')) as [Buffer];
      expect([...types]).toEqual([1, 1]);
      stream.destroy();
      await once(stream, 'close');
    });

    it('gives the console log as it grows', async () => {
      const controller = new AbortController();
      let text = '';
      for await (const chunk of opened.session.machines.watchConsoleLog(id, controller.signal)) {
        text = chunk.mode === 'replace' ? chunk.text : text + chunk.text;
        // The guest says this when it has started, whatever comes after it.
        if (text.includes('ready, press Enter')) controller.abort();
      }
      expect(text).toContain('ready, press Enter');
      expect(await getConsoleOutput(project.outside, { id, name: id }, signal)).toContain(text.slice(0, 200));
    }, 300_000);

    it('says why a start failed, in the words of Nova with the request id', async () => {
      await run(opened, 'shutdown', id);
      await expect(opened.session.machines.openConsole(id, signal)).rejects.toMatchObject({ code: 'NO_CONSOLE' });
      await rm(await diskOf(id));
      await expect(run(opened, 'start', id)).rejects.toMatchObject({
        code: 'OPENSTACK_ERROR',
        params: { machine: `${project.prefix}-real`, action: 'start' },
        source: { requestId: expect.stringMatching(/^req-/) as string },
      });
    }, 180_000);
  });
});
