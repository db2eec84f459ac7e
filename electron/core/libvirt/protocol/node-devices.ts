import { limits } from './limits.ts';
import { proc } from './procedure.ts';
import { network, nodeDevice } from './references.ts';
import { int, list, optionalString, string, uint } from './xdr-types.ts';

/** Procedures for devices of the host. */
export const nodeDevicesProcedures = {
  CONNECT_LIST_ALL_NODE_DEVICES: proc(
    285,
    { needResults: int, flags: uint },
    { devices: list(nodeDevice, limits.nodeDeviceList), ret: uint },
  ),
  NODE_DEVICE_LOOKUP_BY_NAME: proc(113, { name: string }, { dev: nodeDevice }),
  NODE_DEVICE_GET_XML_DESC: proc(114, { name: string, flags: uint }, { xml: string }),
  NODE_DEVICE_GET_PARENT: proc(115, { name: string }, { parentName: optionalString }),
  NODE_DEVICE_NUM_OF_CAPS: proc(116, { name: string }, { num: int }),
  NODE_DEVICE_DETTACH: proc(118, { name: string }, {}),
  NODE_DEVICE_RE_ATTACH: proc(119, { name: string }, {}),
  NODE_DEVICE_RESET: proc(120, { name: string }, {}),
  NODE_DEVICE_CREATE_XML: proc(123, { xmlDesc: string, flags: uint }, { dev: nodeDevice }),
  NODE_DEVICE_DESTROY: proc(124, { name: string }, {}),
  NODE_DEVICE_DETACH_FLAGS: proc(301, { name: string, driverName: optionalString, flags: uint }, {}),
  NODE_DEVICE_DEFINE_XML: proc(428, { xmlDesc: string, flags: uint }, { dev: nodeDevice }),
  NODE_DEVICE_UNDEFINE: proc(429, { name: string, flags: uint }, {}),
  NODE_DEVICE_CREATE: proc(430, { name: string, flags: uint }, {}),
  NODE_DEVICE_GET_AUTOSTART: proc(433, { name: string }, { autostart: int }),
  NODE_DEVICE_SET_AUTOSTART: proc(434, { name: string, autostart: int }, {}),
  NODE_DEVICE_IS_PERSISTENT: proc(435, { name: string }, { persistent: int }),
  NODE_DEVICE_IS_ACTIVE: proc(436, { name: string }, { active: int }),
  NETWORK_CREATE_XML_FLAGS: proc(437, { xml: string, flags: uint }, { net: network }),
  NODE_DEVICE_UPDATE: proc(447, { name: string, xmlDesc: string, flags: uint }, {}),
};
