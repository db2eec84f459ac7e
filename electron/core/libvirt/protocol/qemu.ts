import { event, proc, programs } from './procedure.ts';
import { domain } from './references.ts';
import { hyper, int, optional, optionalString, string, uint } from './xdr-types.ts';

/** Procedures that only QEMU domains have; the server marks a domain as tainted by monitor commands. */
export const qemuProcedures = {
  QEMU_DOMAIN_MONITOR_COMMAND: proc(1, { dom: domain, cmd: string, flags: uint }, { result: string }, programs.qemu),
  QEMU_DOMAIN_AGENT_COMMAND: proc(
    3,
    { dom: domain, cmd: string, timeout: int, flags: uint },
    { result: optionalString },
    programs.qemu,
  ),
  QEMU_CONNECT_DOMAIN_MONITOR_EVENT_REGISTER: proc(
    4,
    { dom: optional(domain), event: optionalString, flags: uint },
    { callbackID: int },
    programs.qemu,
  ),
  QEMU_CONNECT_DOMAIN_MONITOR_EVENT_DEREGISTER: proc(5, { callbackID: int }, {}, programs.qemu),
};

/** Events straight from QEMU's monitor; for diagnosis, not for features. */
export const qemuEvents = {
  QEMU_DOMAIN_MONITOR_EVENT: event(
    6,
    { callbackID: int, dom: domain, event: string, seconds: hyper, micros: uint, details: optionalString },
    programs.qemu,
  ),
};
