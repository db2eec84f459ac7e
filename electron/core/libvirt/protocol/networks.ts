import { limits } from './limits.ts';
import { proc } from './procedure.ts';
import { network, networkPort } from './references.ts';
import { typedParam } from './typed-params.ts';
import { hyper, int, list, optionalString, string, struct, uint, uuid } from './xdr-types.ts';

const networkDhcpLease = struct({
  iface: string,
  expirytime: hyper,
  type: int,
  mac: optionalString,
  iaid: optionalString,
  ipaddr: string,
  prefix: uint,
  hostname: optionalString,
  clientid: optionalString,
});

/** Procedures for virtual networks and their ports. */
export const networksProcedures = {
  CONNECT_LIST_ALL_NETWORKS: proc(
    283,
    { needResults: int, flags: uint },
    { nets: list(network, limits.networkList), ret: uint },
  ),
  NETWORK_LOOKUP_BY_NAME: proc(46, { name: string }, { net: network }),
  NETWORK_LOOKUP_BY_UUID: proc(47, { uuid }, { net: network }),
  NETWORK_DEFINE_XML_FLAGS: proc(432, { xml: string, flags: uint }, { net: network }),
  NETWORK_DEFINE_XML: proc(41, { xml: string }, { net: network }),
  NETWORK_CREATE: proc(39, { net: network }, {}),
  NETWORK_DESTROY: proc(42, { net: network }, {}),
  NETWORK_GET_XML_DESC: proc(43, { net: network, flags: uint }, { xml: string }),
  NETWORK_GET_AUTOSTART: proc(44, { net: network }, { autostart: int }),
  NETWORK_GET_BRIDGE_NAME: proc(45, { net: network }, { name: string }),
  NETWORK_SET_AUTOSTART: proc(48, { net: network, autostart: int }, {}),
  NETWORK_UNDEFINE: proc(49, { net: network }, {}),
  NETWORK_IS_ACTIVE: proc(152, { net: network }, { active: int }),
  NETWORK_UPDATE: proc(
    291,
    { net: network, command: uint, section: uint, parentIndex: int, xml: string, flags: uint },
    {},
  ),
  NETWORK_GET_DHCP_LEASES: proc(
    341,
    { net: network, mac: optionalString, needResults: int, flags: uint },
    { leases: list(networkDhcpLease, limits.networkDhcpLeases), ret: uint },
  ),
  NETWORK_LIST_ALL_PORTS: proc(
    404,
    { network, needResults: int, flags: uint },
    { ports: list(networkPort, limits.networkPortList), ret: uint },
  ),
  NETWORK_PORT_LOOKUP_BY_UUID: proc(405, { network, uuid }, { port: networkPort }),
  NETWORK_PORT_CREATE_XML: proc(406, { network, xml: string, flags: uint }, { port: networkPort }),
  NETWORK_PORT_GET_PARAMETERS: proc(
    407,
    { port: networkPort, nparams: int, flags: uint },
    { params: list(typedParam, limits.networkPortParameters), nparams: int },
  ),
  NETWORK_PORT_SET_PARAMETERS: proc(
    408,
    { port: networkPort, params: list(typedParam, limits.networkPortParameters), flags: uint },
    {},
  ),
  NETWORK_PORT_GET_XML_DESC: proc(409, { port: networkPort, flags: uint }, { xml: string }),
  NETWORK_PORT_DELETE: proc(410, { port: networkPort, flags: uint }, {}),
};
