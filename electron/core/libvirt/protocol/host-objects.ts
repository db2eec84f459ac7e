import { limits } from './limits.ts';
import { proc } from './procedure.ts';
import { hostInterface, nwfilter, secret } from './references.ts';
import { int, list, opaque, string, uint, uuid } from './xdr-types.ts';

/** Procedures for secrets, network filters and host interfaces. */
export const hostObjectsProcedures = {
  CONNECT_LIST_ALL_SECRETS: proc(
    287,
    { needResults: int, flags: uint },
    { secrets: list(secret, limits.secretList), ret: uint },
  ),
  CONNECT_LIST_SECRETS: proc(140, { maxuuids: int }, { uuids: list(string, limits.secretList) }),
  SECRET_LOOKUP_BY_UUID: proc(141, { uuid }, { secret }),
  SECRET_DEFINE_XML: proc(142, { xml: string, flags: uint }, { secret }),
  SECRET_GET_XML_DESC: proc(143, { secret, flags: uint }, { xml: string }),
  SECRET_SET_VALUE: proc(144, { secret, value: opaque(limits.secretValue), flags: uint }, {}),
  SECRET_GET_VALUE: proc(145, { secret, flags: uint }, { value: opaque(limits.secretValue) }),
  SECRET_UNDEFINE: proc(146, { secret }, {}),
  SECRET_LOOKUP_BY_USAGE: proc(147, { usageType: int, usageID: string }, { secret }),
  CONNECT_LIST_ALL_NWFILTERS: proc(
    286,
    { needResults: int, flags: uint },
    { filters: list(nwfilter, limits.nwfilterList), ret: uint },
  ),
  NWFILTER_LOOKUP_BY_NAME: proc(175, { name: string }, { nwfilter }),
  NWFILTER_LOOKUP_BY_UUID: proc(176, { uuid }, { nwfilter }),
  NWFILTER_GET_XML_DESC: proc(177, { nwfilter, flags: uint }, { xml: string }),
  NWFILTER_DEFINE_XML: proc(180, { xml: string }, { nwfilter }),
  NWFILTER_UNDEFINE: proc(181, { nwfilter }, {}),
  NWFILTER_DEFINE_XML_FLAGS: proc(431, { xml: string, flags: uint }, { nwfilter }),
  CONNECT_LIST_ALL_INTERFACES: proc(
    284,
    { needResults: int, flags: uint },
    { ifaces: list(hostInterface, limits.interfaceList), ret: uint },
  ),
  CONNECT_NUM_OF_INTERFACES: proc(126, {}, { num: int }),
  CONNECT_LIST_INTERFACES: proc(127, { maxnames: int }, { names: list(string, limits.interfaceList) }),
  INTERFACE_LOOKUP_BY_NAME: proc(128, { name: string }, { iface: hostInterface }),
  INTERFACE_LOOKUP_BY_MAC_STRING: proc(129, { mac: string }, { iface: hostInterface }),
  INTERFACE_GET_XML_DESC: proc(130, { iface: hostInterface, flags: uint }, { xml: string }),
};
