import { limits } from './limits.ts';
import { proc } from './procedure.ts';
import { domain } from './references.ts';
import { typedParam } from './typed-params.ts';
import { hyper, int, list, optionalString, string, struct, uhyper, uint } from './xdr-types.ts';

const domainIpAddr = struct({ type: int, addr: string, prefix: uint });
const domainInterface = struct({
  name: string,
  hwaddr: optionalString,
  addrs: list(domainIpAddr, limits.domainIpAddr),
});
const domainFsinfo = struct({
  mountpoint: string,
  name: string,
  fstype: string,
  devAliases: list(string, limits.domainFsinfoDisks),
});

/** Procedures for calls that the agent in the guest answers. */
export const guestAgentProcedures = {
  DOMAIN_INTERFACE_ADDRESSES: proc(
    353,
    { dom: domain, source: uint, flags: uint },
    { ifaces: list(domainInterface, limits.domainInterface) },
  ),
  DOMAIN_GET_GUEST_INFO: proc(
    418,
    { dom: domain, types: uint, flags: uint },
    { params: list(typedParam, limits.domainGuestInfoParams) },
  ),
  DOMAIN_GET_FSINFO: proc(
    349,
    { dom: domain, flags: uint },
    { info: list(domainFsinfo, limits.domainFsinfo), ret: uint },
  ),
  DOMAIN_GET_HOSTNAME: proc(277, { dom: domain, flags: uint }, { hostname: string }),
  DOMAIN_SET_USER_PASSWORD: proc(357, { dom: domain, user: optionalString, password: optionalString, flags: uint }, {}),
  DOMAIN_SET_TIME: proc(338, { dom: domain, seconds: hyper, nseconds: uint, flags: uint }, {}),
  DOMAIN_GET_TIME: proc(337, { dom: domain, flags: uint }, { seconds: hyper, nseconds: uint }),
  DOMAIN_FSTRIM: proc(294, { dom: domain, mountPoint: optionalString, minimum: uhyper, flags: uint }, {}),
  DOMAIN_FSFREEZE: proc(
    335,
    { dom: domain, mountpoints: list(string, limits.domainFsfreezeMountpoints), flags: uint },
    { filesystems: int },
  ),
  DOMAIN_FSTHAW: proc(
    336,
    { dom: domain, mountpoints: list(string, limits.domainFsfreezeMountpoints), flags: uint },
    { filesystems: int },
  ),
  DOMAIN_AUTHORIZED_SSH_KEYS_GET: proc(
    424,
    { dom: domain, user: string, flags: uint },
    { keys: list(string, limits.domainAuthorizedSshKeys) },
  ),
  DOMAIN_AUTHORIZED_SSH_KEYS_SET: proc(
    425,
    { dom: domain, user: string, keys: list(string, limits.domainAuthorizedSshKeys), flags: uint },
    {},
  ),
  DOMAIN_AGENT_SET_RESPONSE_TIMEOUT: proc(420, { dom: domain, timeout: int, flags: uint }, { result: int }),
};
