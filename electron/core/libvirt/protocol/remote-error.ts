import { domain, network } from './references.ts';
import { int, optional, optionalString, struct, type ValueOf } from './xdr-types.ts';

/** What a reply or a stream packet with status "error" carries. `dom` and `net` are left from old versions. */
export const remoteError = struct({
  code: int,
  domain: int,
  message: optionalString,
  level: int,
  dom: optional(domain),
  str1: optionalString,
  str2: optionalString,
  str3: optionalString,
  int1: int,
  int2: int,
  net: optional(network),
});

export type RemoteError = ValueOf<typeof remoteError>;
