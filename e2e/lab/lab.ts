import { existsSync } from 'node:fs';
import { runningGuest, guests } from './libvirt/guests.ts';
import { domainFile, testFile } from './libvirt/part.ts';
import { cloudsFile, labDir, libvirtSocket, secondLibvirtSocket } from './paths.ts';
import { isAlive } from './pid-file.ts';
import { readLabSshd, type LabSshd, type LabSshdMode } from './sshd-part.ts';

/** The system libvirtd with the lab's guests. */
export interface LabLibvirt {
  uri: 'qemu:///system';
  socket: string;
  /** Runs. */
  guestName: string;
  guestUuid: string;
  /** Is off at first, and is the one to play with. */
  secondGuestName: string;
  /** Off at first; quotes, spaces, an emoji, markup and shell characters. */
  oddGuestName: string;
  /** Files for `test:///PATH`. */
  testFile1000: string;
  testFile5000: string;
}

/** What of the lab a test can use; a part that does not run is null. */
export interface Lab {
  dir: string;
  libvirt: LabLibvirt | null;
  /** Another host, to migrate to: its URI and its socket. Null where it does not run. */
  second: { uri: string; socket: string } | null;
  sshd: Readonly<Record<LabSshdMode, LabSshd>> | null;
  /** Path of clouds.yaml with the clouds `lab-admin` and `lab-edu`. */
  clouds: string | null;
}

/**
 * The lab as it runs now, read from its files without asking any daemon; null where nothing of it runs.
 * `npm run lab -- status` tells why.
 */
export function readLab(): Lab | null {
  const lab: Lab = {
    dir: labDir,
    libvirt: readLibvirt(),
    second: isAlive('libvirtd-second')
      ? { uri: `qemu+unix:///system?socket=${secondLibvirtSocket}`, socket: secondLibvirtSocket }
      : null,
    sshd: readLabSshd(),
    clouds: isAlive('keystone') && existsSync(cloudsFile) ? cloudsFile : null,
  };
  return lab.libvirt === null && lab.sshd === null && lab.clouds === null ? null : lab;
}

function readLibvirt(): LabLibvirt | null {
  const testFile1000 = testFile(1000);
  if (!existsSync(libvirtSocket) || !existsSync(domainFile(runningGuest.slug))) return null;
  const [, second, odd] = guests;
  return {
    uri: 'qemu:///system',
    socket: libvirtSocket,
    guestName: runningGuest.name,
    guestUuid: runningGuest.uuid,
    secondGuestName: second.name,
    oddGuestName: odd.name,
    testFile1000,
    testFile5000: testFile(5000),
  };
}
