import { int, quick, string, struct, uuid, type ValueOf } from './xdr-types.ts';

/** Names a domain; `id` is -1 while it does not run, and may be -1 in arguments (the server looks at the UUID). */
export const domain = quick(struct({ name: string, uuid, id: int }), (reader) => {
  return { name: reader.string(), uuid: reader.uuid(), id: reader.int() };
});
export const network = struct({ name: string, uuid });
export const networkPort = struct({ net: network, uuid });
export const nwfilter = struct({ name: string, uuid });
export const hostInterface = struct({ name: string, mac: string });
export const storagePool = struct({ name: string, uuid });
export const storageVolume = struct({ pool: string, name: string, key: string });
export const nodeDevice = struct({ name: string });
export const secret = struct({ uuid, usageType: int, usageID: string });
export const domainCheckpoint = struct({ name: string, dom: domain });
export const domainSnapshot = struct({ name: string, dom: domain });

export type DomainRef = ValueOf<typeof domain>;
export type NetworkRef = ValueOf<typeof network>;
export type NwfilterRef = ValueOf<typeof nwfilter>;
export type StoragePoolRef = ValueOf<typeof storagePool>;
export type StorageVolumeRef = ValueOf<typeof storageVolume>;

/** Names a domain by its UUID, by which the server finds it. */
export function domainRef(uuid: string, name = ''): DomainRef {
  return { name, uuid, id: -1 };
}
