import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Scope } from '../../electron/core/kernel/scope.ts';

const QEMU = '/usr/bin/qemu-system-x86_64';
const FIRST_VNC_PORT = 5_900;
const START_TIMEOUT_MS = 20_000;

/**
 * A boot sector (16-bit x86) that goes to 1024 × 768 in 32 bits and repaints a part of the screen at each timer tick
 * (18 a second), so that QEMU's VNC server sends as fast as it can while the guest costs next to nothing.
 */
const BOOT_SECTOR = Buffer.concat([
  Buffer.from('b8024fbb1801cd10', 'hex'), // mov ax,4f02h; mov bx,0118h; int 10h: VBE mode 1024 × 768
  Buffer.from('b800a08ec0fcfb', 'hex'), // mov ax,a000h; mov es,ax; cld; sti
  Buffer.from('4031ffb90080f3ab', 'hex'), // again: inc ax; xor di,di; mov cx,8000h; rep stosw
  Buffer.from('f4ebf5', 'hex'), // hlt; jmp again
]);
const SECTOR_BYTES = 512;
const FLOPPY_BYTES = 1_474_560;

/** Starts QEMU with that guest; gives the port of its VNC server on loopback. The scope's end stops it. */
export async function startVncServer(scope: Scope, dir: string): Promise<number> {
  const image = join(dir, 'boot.img');
  const floppy = Buffer.alloc(FLOPPY_BYTES);
  BOOT_SECTOR.copy(floppy);
  floppy.writeUInt16LE(0xaa55, SECTOR_BYTES - 2);
  await writeFile(image, floppy);
  const port = await freePort();
  const vnc = `vnc=127.0.0.1:${port - FIRST_VNC_PORT}`;
  const drive = `file=${image},format=raw,if=floppy,readonly=on`;
  const machine = ['-machine', 'pc', '-m', '16', '-vga', 'std', '-nodefaults'];
  const child = spawn(QEMU, ['-display', vnc, ...machine, '-drive', drive], { stdio: ['ignore', 'ignore', 'inherit'] });
  scope.defer(() => void child.kill('SIGKILL'));
  await untilListening(port);
  // The firmware and the guest need a moment to change the mode.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  return port;
}

/** A free port that can be a VNC display's. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when something answers at the port. Rejects after 20 s. */
export async function untilListening(port: number): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (await answers(port)) return;
    if (performance.now() > deadline) throw new Error(`nothing listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
