import type {
  GuestFileSystem,
  GuestInfo,
  GuestInterface,
  GuestUser,
} from '../../../../../shared/contract/guest-agent.ts';
import { paramValues, type TypedParam } from '../../../libvirt/protocol/typed-params.ts';

/** More of a kind no guest has; an agent may say any number. */
const MAX_ITEMS = 500;

/** The parameters of DOMAIN_GET_GUEST_INFO. The guest writes them: nothing of it is trusted to be there or to fit. */
export function readGuestInfo(params: readonly TypedParam[]): Omit<GuestInfo, 'clockAheadSeconds'> {
  const values = paramValues(params);
  const text = (field: string): string | null => {
    const value = values.get(field);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const number = (field: string): number | null => {
    const value = values.get(field);
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const all = <T>(group: string, read: (at: string) => T): T[] => {
    const count = Math.max(0, Math.min(number(`${group}.count`) ?? 0, MAX_ITEMS));
    return Array.from({ length: Math.floor(count) }, (_, index) => read(`${group}.${index}`));
  };
  return {
    hostName: text('hostname'),
    osName: text('os.pretty-name') ?? text('os.name'),
    kernel: text('os.kernel-release'),
    architecture: text('os.machine'),
    timeZone: text('timezone.name'),
    utcOffsetSeconds: number('timezone.offset'),
    users: all('user', (at): GuestUser => {
      return { name: text(`${at}.name`) ?? '', domain: text(`${at}.domain`), loggedInAt: number(`${at}.login-time`) };
    }),
    fileSystems: all('fs', (at): GuestFileSystem => {
      const disks = all(`${at}.disk`, (disk) => text(`${disk}.alias`) ?? text(`${disk}.device`) ?? '');
      return {
        mountPoint: text(`${at}.mountpoint`) ?? '',
        device: text(`${at}.name`) ?? '',
        type: text(`${at}.fstype`) ?? '',
        totalBytes: number(`${at}.total-bytes`),
        usedBytes: number(`${at}.used-bytes`),
        disks: [...new Set(disks.filter((disk) => disk !== ''))],
      };
    }),
    interfaces: all('if', (at): GuestInterface => {
      const addresses = all(`${at}.addr`, (address) => {
        const prefix = number(`${address}.prefix`);
        return `${text(`${address}.addr`) ?? ''}${prefix === null ? '' : `/${prefix}`}`;
      });
      return { name: text(`${at}.name`) ?? '', mac: text(`${at}.hwaddr`), addresses };
    }),
  };
}
