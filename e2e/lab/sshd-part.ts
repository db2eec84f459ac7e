import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';
import type { Part } from './part.ts';
import { labScripts, sshdDir } from './paths.ts';
import { isAlive, readPid, removePidFile, writePidFile } from './pid-file.ts';
import { startSshd, stopSshd, type Sshd, type SshdMode } from './sshd.ts';

const PACKAGES = ['openssh-server', 'openssh-client', 'libpam-google-authenticator', 'netcat-openbsd', 'util-linux'];

/** Fixed, so that a connection that somebody made to one works again after the next start. */
const FIRST_PORT = 22_101 + Number(process.env['LAB_PORT_OFFSET'] ?? 0);

/** The modes of which one server each runs as long as the lab does; tests start more for themselves. */
export const labSshdModes = [
  ...(['key', 'password', 'keyboardInteractive', 'twoFactor'] as const),
  ...(['certificateOnly', 'noStreamLocal', 'jump'] as const),
] satisfies SshdMode[];
export type LabSshdMode = (typeof labSshdModes)[number];

/** What one needs to log in at a server of the lab, on 127.0.0.1. */
export type LabSshd = Pick<Sshd, 'mode' | 'port' | 'user' | 'password' | 'dir' | 'clientKeys' | 'keyPassphrase'> & {
  /** Has the keys of all servers of the lab. */
  knownHostsFile: string;
};

const serversFile = join(sshdDir, 'servers.json');
const knownHostsFile = join(sshdDir, 'known_hosts');
const configFile = join(sshdDir, 'ssh_config');

/** The servers of the last start by mode; null where there was none or one of them has ended. */
export function readLabSshd(): Readonly<Record<LabSshdMode, LabSshd>> | null {
  if (!existsSync(serversFile) || !labSshdModes.every((mode) => isAlive(pidName(mode)))) return null;
  return JSON.parse(readFileSync(serversFile, 'utf8')) as Record<LabSshdMode, LabSshd>;
}

/** One sshd on loopback for each of the modes. */
export const sshdPart: Part = {
  name: 'sshd',

  async up(log) {
    await run(log, join(labScripts, 'install-packages'), PACKAGES);
    if (readLabSshd() !== null) return;
    log.say(labSshdModes.map((mode, index) => `${mode} ${FIRST_PORT + index}`).join(', '));
    await stopServers();
    await mkdir(sshdDir, { recursive: true });
    const servers = await Promise.all(
      labSshdModes.map(async (mode, index) => {
        const port = FIRST_PORT + index;
        const server = await startSshd({ mode, port, dir: join(sshdDir, mode), isDetached: true });
        writePidFile(pidName(mode), server.pid);
        return server;
      }),
    );
    await writeFile(knownHostsFile, servers.map((server) => `${server.knownHostsLine()}\n`).join(''));
    await writeFile(configFile, servers.map(configOf).join('\n'));
    await writeFile(serversFile, JSON.stringify(Object.fromEntries(servers.map((one) => [one.mode, describe(one)]))));
  },

  async down(_log, { wipe }) {
    await stopServers();
    if (wipe) await rm(sshdDir, { recursive: true, force: true });
  },

  check() {
    const dead = labSshdModes.filter((mode) => !isAlive(pidName(mode)));
    if (dead.length === labSshdModes.length) return Promise.resolve('no sshd of the lab runs');
    return Promise.resolve(dead.length > 0 ? `no sshd runs for ${dead.join(', ')}` : '');
  },

  hints() {
    const { key } = readLabSshd() ?? {};
    if (key === undefined) return [];
    return [
      `ssh -F ${configFile} lab-key    (also ${labSshdModes
        .slice(1)
        .map((mode) => `lab-${mode}`)
        .join(', ')})`,
      `qemu+ssh://${key.user}@127.0.0.1:${key.port}/system?keyfile=${key.clientKeys.ed25519}&known_hosts=${knownHostsFile}`,
    ];
  },
};

function pidName(mode: LabSshdMode): string {
  return `sshd-${mode}`;
}

async function stopServers(): Promise<void> {
  for (const mode of labSshdModes) {
    const pid = readPid(pidName(mode));
    if (pid !== null) await stopSshd(pid);
    removePidFile(pidName(mode));
  }
}

function describe({ mode, port, user, password, dir, clientKeys, keyPassphrase }: Sshd): LabSshd {
  return { mode, port, user, password, dir, clientKeys, keyPassphrase, knownHostsFile };
}

function configOf({ mode, port, user, clientKeys }: Sshd): string {
  const key = mode === 'certificateOnly' ? clientKeys.certified : clientKeys.ed25519;
  return `Host lab-${mode}
  HostName 127.0.0.1
  Port ${port}
  User ${user}
  IdentityFile ${key}
  IdentitiesOnly yes
  UserKnownHostsFile ${knownHostsFile}
`;
}
