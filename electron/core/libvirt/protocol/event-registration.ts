import { proc } from './procedure.ts';
import { domain, network, nodeDevice, secret, storagePool } from './references.ts';
import { int, optional } from './xdr-types.ts';

/** Procedures for asking for events. */
export const eventRegistrationProcedures = {
  CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY: proc(316, { eventID: int, dom: optional(domain) }, { callbackID: int }),
  CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY: proc(317, { callbackID: int }, {}),
  CONNECT_NETWORK_EVENT_REGISTER_ANY: proc(313, { eventID: int, net: optional(network) }, { callbackID: int }),
  CONNECT_NETWORK_EVENT_DEREGISTER_ANY: proc(314, { callbackID: int }, {}),
  CONNECT_STORAGE_POOL_EVENT_REGISTER_ANY: proc(
    368,
    { eventID: int, pool: optional(storagePool) },
    { callbackID: int },
  ),
  CONNECT_STORAGE_POOL_EVENT_DEREGISTER_ANY: proc(369, { callbackID: int }, {}),
  CONNECT_NODE_DEVICE_EVENT_REGISTER_ANY: proc(374, { eventID: int, dev: optional(nodeDevice) }, { callbackID: int }),
  CONNECT_NODE_DEVICE_EVENT_DEREGISTER_ANY: proc(375, { callbackID: int }, {}),
  CONNECT_SECRET_EVENT_REGISTER_ANY: proc(380, { eventID: int, secret: optional(secret) }, { callbackID: int }),
  CONNECT_SECRET_EVENT_DEREGISTER_ANY: proc(381, { callbackID: int }, {}),
};
