import { limits } from './limits.ts';
import { proc } from './procedure.ts';
import { domain } from './references.ts';
import { typedParam } from './typed-params.ts';
import { int, list, optionalString, string, uhyper, uint } from './xdr-types.ts';

/** Procedures for starting, stopping and saving domains. */
export const domainLifeProcedures = {
  DOMAIN_CREATE_WITH_FLAGS: proc(196, { dom: domain, flags: uint }, { dom: domain }),
  DOMAIN_SHUTDOWN_FLAGS: proc(258, { dom: domain, flags: uint }, {}),
  DOMAIN_REBOOT: proc(27, { dom: domain, flags: uint }, {}),
  DOMAIN_RESET: proc(245, { dom: domain, flags: uint }, {}),
  DOMAIN_DESTROY_FLAGS: proc(234, { dom: domain, flags: uint }, {}),
  DOMAIN_SUSPEND: proc(34, { dom: domain }, {}),
  DOMAIN_RESUME: proc(28, { dom: domain }, {}),
  DOMAIN_PM_SUSPEND_FOR_DURATION: proc(261, { dom: domain, target: uint, duration: uhyper, flags: uint }, {}),
  DOMAIN_PM_WAKEUP: proc(267, { dom: domain, flags: uint }, {}),
  DOMAIN_MANAGED_SAVE: proc(182, { dom: domain, flags: uint }, {}),
  DOMAIN_HAS_MANAGED_SAVE_IMAGE: proc(183, { dom: domain, flags: uint }, { result: int }),
  DOMAIN_MANAGED_SAVE_REMOVE: proc(184, { dom: domain, flags: uint }, {}),
  DOMAIN_INJECT_NMI: proc(210, { dom: domain, flags: uint }, {}),
  DOMAIN_SEND_KEY: proc(
    226,
    { dom: domain, codeset: uint, holdtime: uint, keycodes: list(uint, limits.domainSendKey), flags: uint },
    {},
  ),
  DOMAIN_SAVE_FLAGS: proc(232, { dom: domain, to: string, dxml: optionalString, flags: uint }, {}),
  DOMAIN_RESTORE_FLAGS: proc(233, { from: string, dxml: optionalString, flags: uint }, {}),
  DOMAIN_SAVE_IMAGE_GET_XML_DESC: proc(235, { file: string, flags: uint }, { xml: string }),
  DOMAIN_SAVE_PARAMS: proc(440, { dom: domain, params: list(typedParam, limits.domainSaveParams), flags: uint }, {}),
  DOMAIN_RESTORE_PARAMS: proc(441, { params: list(typedParam, limits.domainSaveParams), flags: uint }, {}),
  DOMAIN_CORE_DUMP_WITH_FORMAT: proc(334, { dom: domain, to: string, dumpformat: uint, flags: uint }, {}),
};
