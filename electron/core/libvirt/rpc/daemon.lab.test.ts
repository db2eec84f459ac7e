import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLab } from '../../../../e2e/lab/lab.ts';
import { startSshd, whyNoSshd, type Sshd, type SshdMode } from '../../../../e2e/lab/sshd.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { Scope } from '../../kernel/scope.ts';
import { openTransport } from '../transport/open-transport.ts';
import type { LibvirtTransport } from '../transport/transport.ts';
import { daemonCases, type DaemonUnderTest } from './daemon-cases.ts';

/** One way to the daemon: the mode of sshd, the query of the URI, and what the transport must call itself. */
interface WayUnderTest {
  name: string;
  mode: SshdMode | null;
  query: string;
  description: string;
}

const ways: WayUnderTest[] = [
  { name: 'unix socket', mode: null, query: '', description: 'unix socket' },
  { name: 'ssh2 streamlocal', mode: 'key', query: '', description: 'SSH streamlocal' },
  { name: 'virt-ssh-helper', mode: 'noForwarding', query: '', description: 'SSH, virt-ssh-helper' },
  { name: 'nc -U', mode: 'key', query: 'proxy=netcat', description: 'SSH, nc' },
  { name: 'system ssh', mode: 'certificateOnly', query: '', description: 'OpenSSH client streamlocal' },
];

const libvirt = readLab()?.libvirt ?? null;

const daemons: Omit<DaemonUnderTest, 'connect'>[] = [
  { uri: 'test:///default', minDomains: 1, driver: 'test' },
  { uri: `test://${libvirt?.testFile1000 ?? ''}`, minDomains: 1_000, driver: 'test' },
  { uri: 'qemu:///system', minDomains: 0, driver: 'qemu' },
];

let homeDir: string;

beforeAll(async () => {
  homeDir = await mkdtemp(join(tmpdir(), 'virtdeck-home-'));
  await mkdir(join(homeDir, '.ssh'));
  await writeFile(join(homeDir, '.ssh/config'), '');
});

afterAll(async () => {
  await rm(homeDir, { recursive: true });
});

for (const way of ways) {
  const noSshd = way.mode === null ? null : whyNoSshd(way.mode);
  const reason = libvirt === null ? 'libvirt of the lab does not run: npm run lab -- up libvirt' : noSshd;
  if (reason !== null) console.log(`skipped: ${way.name} (${reason})`);

  describe.skipIf(reason !== null)(`over ${way.name}`, () => {
    let sshd: Sshd | null = null;

    beforeAll(async () => {
      if (way.mode !== null) sshd = await startSshd({ mode: way.mode });
    });

    afterAll(async () => {
      await sshd?.stop();
    });

    for (const daemon of daemons) {
      describe(daemon.uri, () => {
        const scope = new Scope('lab');
        let transport: LibvirtTransport;

        beforeAll(async () => {
          transport = await open(scope, await uriOf(daemon.uri, way, sshd));
        });

        afterAll(async () => {
          await transport.close();
          await scope.close();
        });

        it('goes by this way', () => {
          expect(transport).toMatchObject({ description: way.description, uriName: daemon.uri });
        });

        daemonCases({ ...daemon, connect: () => transport.openChannel(scope.signal) });
      });
    }
  });
}

async function uriOf(name: string, { mode, query }: WayUnderTest, sshd: Sshd | null): Promise<string> {
  if (sshd === null) return name;
  const knownHosts = join(homeDir, `known_hosts-${sshd.port}`);
  await writeFile(knownHosts, `${sshd.knownHostsLine()}\n`);
  const { certified, ed25519 } = sshd.clientKeys;
  const keyFile = mode === 'certificateOnly' ? certified : ed25519;
  const authority = `${encodeURIComponent(sshd.user)}@${sshd.address}:${sshd.port}`;
  const [driver = '', path = ''] = name.split('://');
  return `${driver}+ssh://${authority}${path}?keyfile=${keyFile}&known_hosts=${knownHosts}&${query}`;
}

function open(scope: Scope, uri: string): Promise<LibvirtTransport> {
  return openTransport(
    { kind: 'libvirt', uri, proxyJump: '', sshAuth: 'key' },
    {
      scope,
      clock: systemClock,
      log: silentLogger,
      onStep: () => undefined,
      secrets: { get: () => Promise.resolve(null), set: () => Promise.resolve(), delete: () => Promise.resolve() },
      prompter: { ask: () => Promise.reject(new Error('nobody is to be asked')) },
      homeDir,
    },
  );
}
