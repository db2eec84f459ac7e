import { describe, expect, it } from 'vitest';
import { readIsoHeader } from './iso-image.ts';
import { detectOs } from './os-detection.ts';
import { osProfiles } from './os-profiles.ts';

describe('detectOs', () => {
  it.each([
    ['Debian 13.1.0 amd64 n', 'debian13'],
    ['debian-12-genericcloud-amd64.qcow2', 'debian12'],
    ['bullseye-mini.iso', 'debian11'],
    ['Ubuntu-Server 24.04.1 LTS amd64', 'ubuntu24.04'],
    ['jammy-server-cloudimg-amd64.img', 'ubuntu22.04'],
    ['Fedora-S-dvd-x86_64-42', 'fedora42'],
    ['Fedora-Cloud-Base-Generic-43-1.6.x86_64.qcow2', 'fedora43'],
    ['CentOS-Stream-9-BaseOS-x86_64', 'centos-stream9'],
    ['CentOS-Stream-GenericCloud-10-latest.x86_64.qcow2', 'centos-stream10'],
    ['CentOS 7 x86_64', 'centos7'],
    ['RHEL-9-8-0-BaseOS-x86_64', 'rhel9'],
    ['Rocky-8-10-x86_64-dvd', 'rhel8'],
    ['AlmaLinux-10-GenericCloud-latest.x86_64.qcow2', 'rhel10'],
    ['openSUSE-Leap-15.6-DVD-x86_64', 'opensuse15'],
    ['openSUSE-Tumbleweed-DVD-x86_64', 'opensuse-tumbleweed'],
    ['SLE-15-SP6-Full-x86_64', 'sles15'],
    ['alpine-std 3.20.3 x86_64', 'alpine'],
    ['14_1_RELEASE_AMD64_DVD', 'freebsd14'],
    ['FreeBSD-14.1-RELEASE-amd64-disc1.iso', 'freebsd14'],
    ['ARCH_202611', 'arch'],
    ['archlinux-2026.11.01-x86_64.iso', 'arch'],
    ['en-us_windows_server_2025_x64_dvd.iso', 'win2025'],
    ['SERVER_2022.iso', 'win2022'],
    ['Win11_24H2_English_x64.iso', 'win11'],
    ['Windows 10 x64.iso', 'win10'],
  ])('takes %s for %s', (text, osId) => {
    expect(detectOs([text])).toBe(osId);
    expect(osProfiles.map(({ id }) => id)).toContain(osId);
  });

  it('believes the label first, and does not guess', () => {
    expect(detectOs(['Debian 12.5.0 amd64 n', 'ubuntu-24.04.iso'])).toBe('debian12');
    expect(detectOs(['CCCOMA_X64FRE_EN-US_DV9', 'Win11.iso'])).toBe('win11');
    for (const text of ['install.iso', 'disk-12.qcow2', 'Debian 6.0', 'architecture 2024', 'search2025.iso', '']) {
      expect(detectOs([text, null])).toBeNull();
    }
  });
});

it('reads the head of an ISO image', () => {
  const head = new Uint8Array(2_048).fill(0x20);
  const write = (at: number, text: string): void => head.set(new TextEncoder().encode(text), at);
  write(1, 'CD001');
  expect(readIsoHeader(head)).toEqual({ isIso: true, label: null });
  write(40, 'Debian 12');
  expect(readIsoHeader(head)).toEqual({ isIso: true, label: 'Debian 12' });
  write(1, 'BEA01');
  expect(readIsoHeader(head)).toEqual({ isIso: true, label: null });
  write(1, 'XXXXX');
  expect(readIsoHeader(head)).toEqual({ isIso: false, label: null });
  expect(readIsoHeader(new Uint8Array())).toEqual({ isIso: false, label: null });
});
