import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { ByteChannels } from '../../rpc/byte-channels.ts';
import type { OpenConsole } from '../machines/ports.ts';
import type { TextConsoleBackend, ViewerBackend } from './ports.ts';
import { ConsolesService } from './consoles-service.ts';

const text: TextConsoleBackend = {
  list: () => Promise.resolve([{ device: 'serial0', type: 'serial', port: 0 }]),
  open: (_id, device, takeOver) =>
    device === 'serial0' && takeOver
      ? Promise.resolve(new PassThrough())
      : Promise.reject(new AppError('NO_CONSOLE', { params: { reason: 'taken' } })),
};

const viewers: ViewerBackend = {
  screens: () =>
    Promise.resolve([
      { machineName: '../we b\\1\n', type: 'vnc', host: '127.0.0.1', port: 5900, tunnel: 'ssh', password: ' p' },
    ]),
};

const machine = { connectionId: 'c', id: 'm' };

function setUp(openConsole: (signal: AbortSignal) => Promise<OpenConsole>) {
  const clock = new FakeClock();
  const bytes = new ByteChannels(clock);
  const service = new ConsolesService(
    { openConsole: (_ref, signal) => openConsole(signal) },
    (id) => (id === 'cloud' ? {} : { textConsoles: text, viewers }),
    bytes,
    clock,
  );
  return { clock, bytes, service };
}
const carrier = () => ({
  send: () => undefined,
  close: () => undefined,
  onMessage: () => undefined,
  onClose: () => undefined,
});

describe('ConsolesService', () => {
  it('leaves the bytes behind a ticket that is good once, and tells the password', async () => {
    const stream = new PassThrough();
    const { bytes, service } = setUp(() => Promise.resolve({ stream, password: 'vnc' }));
    const { ticket, password } = await service.open(machine, 'vnc');
    expect(password).toBe('vnc');
    expect(bytes.redeem(ticket, carrier())).toBe(true);
    expect(bytes.redeem(ticket, carrier())).toBe(false);
    bytes.close();
  });

  it('closes a console that nobody comes for', async () => {
    const stream = new PassThrough();
    const { clock, service } = setUp(() => Promise.resolve({ stream, password: null }));
    await service.open(machine, 'vnc');
    await clock.advance(60_000);
    expect(stream.destroyed).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('says why there is no console', async () => {
    const { service } = setUp(() => Promise.reject(new AppError('NO_CONSOLE', { params: { reason: 'off' } })));
    await expect(service.open(machine, 'vnc')).rejects.toMatchObject({ code: 'NO_CONSOLE', params: { reason: 'off' } });
  });

  it('gives up after 20 s, and closes a console that opens later', async () => {
    const late: { open?: (console: OpenConsole) => void } = {};
    const { clock, service } = setUp(() => new Promise((resolve) => (late.open = resolve)));
    const opening = service.open(machine, 'vnc');
    opening.catch(() => undefined);
    await clock.advance(20_000);
    await expect(opening).rejects.toMatchObject({ code: 'TIMEOUT' });
    const stream = new PassThrough();
    late.open?.({ stream, password: null });
    await clock.advance(0);
    expect(stream.destroyed).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('opens a text console, taking it over where that is wanted', async () => {
    const { bytes, service } = setUp(() => Promise.reject(new Error('not asked')));
    expect(await service.listText(machine, new AbortController().signal)).toHaveLength(1);
    await expect(service.openText(machine, 'serial0', false)).rejects.toMatchObject({ params: { reason: 'taken' } });
    const { ticket, password } = await service.openText(machine, 'serial0', true);
    expect(password).toBeNull();
    expect(bytes.redeem(ticket, carrier())).toBe(true);
    bytes.close();
  });

  it('knows no text consoles of a cloud', async () => {
    const { service } = setUp(() => Promise.reject(new Error('not asked')));
    const instance = { connectionId: 'cloud', id: 'm' };
    expect(await service.listText(instance, new AbortController().signal)).toEqual([]);
    await expect(service.openText(instance, null, false)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('tells other programs the way, and the password only in a file for which it was asked', async () => {
    const { service } = setUp(() => Promise.reject(new Error('not asked')));
    const { signal } = new AbortController();
    expect(await service.viewers(machine, signal)).toEqual([
      { type: 'vnc', host: '127.0.0.1', port: 5900, tunnel: 'ssh', hasPassword: true },
    ]);
    const plain = 'type=vnc\nhost=127.0.0.1\nport=5900\ntitle=../we b\\\\1\\n\n';
    const ask = { machine, type: 'vnc', withPassword: false } as const;
    expect(await service.viewerFile(ask, signal)).toEqual({ name: 'we_b_1_.vv', text: `[virt-viewer]\n${plain}` });
    const { text: secret } = await service.viewerFile({ ...ask, withPassword: true }, signal);
    expect(secret).toBe(`[virt-viewer]\n${plain}password=\\sp\ndelete-this-file=1\n`);
    await expect(service.viewerFile({ ...ask, type: 'spice' }, signal)).rejects.toMatchObject({ code: 'NO_CONSOLE' });
    const cloud = { connectionId: 'cloud', id: 'm' };
    await expect(service.viewers(cloud, signal)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});
