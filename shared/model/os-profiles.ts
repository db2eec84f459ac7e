const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** What a new machine is made for, and what suits it. Sizes in bytes. */
export interface OsProfile {
  id: string;
  /** A proper name, the same in all languages; empty for those that have a text (provisioning:os.<id>). */
  name: string;
  /** As libosinfo names it; kept in the domain's metadata. */
  osinfoId: string;
  /** Whether its installer has drivers for virtio disks and networks. */
  hasVirtio: boolean;
  /** Whether every installation of it has /bin/bash. */
  hasBash: boolean;
  /** Whether it starts only with secure boot and a TPM. */
  needsTrust: boolean;
  /** Whether it reads the hardware clock as local time. */
  usesLocalTime: boolean;
  /** What its makers call the least. */
  minMemoryBytes: number;
  memoryBytes: number;
  diskBytes: number;
}

type Row = [id: string, name: string, osinfoId: string, minMemoryMib: number, memoryGib: number, diskGib: number];

/** From the makers' release notes and system requirements; newest first within a family. */
const linux: Row[] = [
  ['debian13', 'Debian 13', 'http://debian.org/debian/13', 512, 2, 20],
  ['debian12', 'Debian 12', 'http://debian.org/debian/12', 512, 2, 20],
  ['debian11', 'Debian 11', 'http://debian.org/debian/11', 512, 2, 20],
  ['ubuntu24.04', 'Ubuntu 24.04 LTS', 'http://ubuntu.com/ubuntu/24.04', 1024, 2, 25],
  ['ubuntu22.04', 'Ubuntu 22.04 LTS', 'http://ubuntu.com/ubuntu/22.04', 1024, 2, 25],
  ['ubuntu20.04', 'Ubuntu 20.04 LTS', 'http://ubuntu.com/ubuntu/20.04', 1024, 2, 25],
  ['fedora43', 'Fedora 43', 'http://fedoraproject.org/fedora/43', 2048, 2, 20],
  ['fedora42', 'Fedora 42', 'http://fedoraproject.org/fedora/42', 2048, 2, 20],
  ['rhel10', 'RHEL, Rocky, AlmaLinux 10', 'http://redhat.com/rhel/10.0', 1536, 2, 20],
  ['rhel9', 'RHEL, Rocky, AlmaLinux 9', 'http://redhat.com/rhel/9.0', 1536, 2, 20],
  ['rhel8', 'RHEL, Rocky, AlmaLinux 8', 'http://redhat.com/rhel/8.0', 1536, 2, 20],
  ['centos-stream10', 'CentOS Stream 10', 'http://centos.org/centos-stream/10', 1536, 2, 20],
  ['centos-stream9', 'CentOS Stream 9', 'http://centos.org/centos-stream/9', 1536, 2, 20],
  ['centos7', 'CentOS 7', 'http://centos.org/centos/7.0', 1024, 2, 20],
  ['opensuse15', 'openSUSE Leap 15', 'http://opensuse.org/opensuse/15.5', 1024, 2, 20],
  ['opensuse-tumbleweed', 'openSUSE Tumbleweed', 'http://opensuse.org/opensuse/tumbleweed', 1024, 2, 20],
  ['sles15', 'SUSE Linux Enterprise 15', 'http://suse.com/sle/15.5', 1024, 2, 20],
  ['arch', 'Arch Linux', 'http://archlinux.org/archlinux/rolling', 512, 2, 20],
  ['alpine', 'Alpine Linux', 'http://alpinelinux.org/alpinelinux/3.18', 128, 0.5, 4],
  ['freebsd14', 'FreeBSD 14', 'http://freebsd.org/freebsd/14.0', 256, 1, 20],
];
const windows: Row[] = [
  ['win2025', 'Windows Server 2025', 'http://microsoft.com/win/2k25', 2048, 4, 60],
  ['win2022', 'Windows Server 2022', 'http://microsoft.com/win/2k22', 2048, 4, 60],
  ['win2019', 'Windows Server 2019', 'http://microsoft.com/win/2k19', 2048, 4, 60],
  ['win2016', 'Windows Server 2016', 'http://microsoft.com/win/2k16', 2048, 4, 60],
  ['win11', 'Windows 11', 'http://microsoft.com/win/11', 4096, 4, 64],
  ['win10', 'Windows 10', 'http://microsoft.com/win/10', 2048, 4, 60],
];

const profile = ([id, name, osinfoId, minMemoryMib, memoryGib, diskGib]: Row, isWindows: boolean): OsProfile => ({
  id,
  name,
  osinfoId,
  hasVirtio: !isWindows,
  hasBash: !isWindows && id !== 'alpine' && id !== 'freebsd14',
  needsTrust: id === 'win11',
  usesLocalTime: isWindows,
  minMemoryBytes: minMemoryMib * MIB,
  memoryBytes: memoryGib * GIB,
  diskBytes: diskGib * GIB,
});

/** Any system with virtio drivers, which all of the last ten years but Windows have. */
const genericProfile: OsProfile = {
  id: 'generic',
  name: '',
  osinfoId: 'http://libosinfo.org/linux/2022',
  hasVirtio: true,
  hasBash: true,
  needsTrust: false,
  usesLocalTime: false,
  minMemoryBytes: 32 * MIB,
  memoryBytes: 2 * GIB,
  diskBytes: 20 * GIB,
};

/** One without drivers for virtio: old systems, and those nobody knows. */
const oldProfile: OsProfile = {
  ...genericProfile,
  id: 'old',
  osinfoId: 'http://libosinfo.org/unknown',
  hasVirtio: false,
};

export const osProfiles: readonly OsProfile[] = [
  genericProfile,
  ...linux.map((row) => profile(row, false)),
  ...windows.map((row) => profile(row, true)),
  oldProfile,
];

/** The profile of that id; the generic one where there is none. */
export function osProfileOf(id: string): OsProfile {
  return osProfiles.find((each) => each.id === id) ?? genericProfile;
}
