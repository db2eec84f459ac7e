import { limits } from './limits.ts';
import { proc } from './procedure.ts';
import { domain } from './references.ts';
import { int, list, optionalString, string, uhyper, uint } from './xdr-types.ts';

/** Procedures for connecting, authentication, and facts about the connection. */
export const connectProcedures = {
  AUTH_LIST: proc(66, {}, { types: list(int, limits.authTypeList) }),
  AUTH_SASL_INIT: proc(67, {}, { mechlist: string }),
  AUTH_SASL_START: proc(
    68,
    { mech: string, nil: int, data: list(int, limits.authSaslData) },
    { complete: int, nil: int, data: list(int, limits.authSaslData) },
  ),
  AUTH_SASL_STEP: proc(
    69,
    { nil: int, data: list(int, limits.authSaslData) },
    { complete: int, nil: int, data: list(int, limits.authSaslData) },
  ),
  AUTH_POLKIT: proc(70, {}, { complete: int }),
  CONNECT_SUPPORTS_FEATURE: proc(60, { feature: int }, { supported: int }),
  CONNECT_OPEN: proc(1, { name: optionalString, flags: uint }, {}),
  CONNECT_CLOSE: proc(2, {}, {}),
  CONNECT_GET_URI: proc(110, {}, { uri: string }),
  CONNECT_GET_HOSTNAME: proc(59, {}, { hostname: string }),
  CONNECT_GET_TYPE: proc(3, {}, { type: string }),
  CONNECT_GET_VERSION: proc(4, {}, { hvVer: uhyper }),
  CONNECT_GET_LIB_VERSION: proc(157, {}, { libVer: uhyper }),
  CONNECT_IS_SECURE: proc(149, {}, { secure: int }),
  DOMAIN_IS_ACTIVE: proc(150, { dom: domain }, { active: int }),
  CONNECT_REGISTER_CLOSE_CALLBACK: proc(360, {}, {}),
  CONNECT_UNREGISTER_CLOSE_CALLBACK: proc(361, {}, {}),
};
