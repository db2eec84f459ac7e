import { limits } from './limits.ts';
import { proc } from './procedure.ts';
import { domain, network } from './references.ts';
import { typedParam } from './typed-params.ts';
import { int, list, optionalString, string, struct, uhyper, uint, uuid } from './xdr-types.ts';

const domainStatsRecord = struct({ dom: domain, params: list(typedParam, limits.connectGetAllDomainStats) });
const domainDiskError = struct({ disk: string, error: int });

/** Procedures for listing, defining and describing domains. */
export const domainsProcedures = {
  CONNECT_LIST_ALL_DOMAINS: proc(
    273,
    { needResults: int, flags: uint },
    { domains: list(domain, limits.domainList), ret: uint },
  ),
  CONNECT_GET_ALL_DOMAIN_STATS: proc(
    344,
    { doms: list(domain, limits.domainList), stats: uint, flags: uint },
    { retStats: list(domainStatsRecord, limits.domainList) },
  ),
  DOMAIN_LOOKUP_BY_UUID: proc(24, { uuid }, { dom: domain }),
  DOMAIN_LOOKUP_BY_NAME: proc(23, { name: string }, { dom: domain }),
  DOMAIN_LOOKUP_BY_ID: proc(22, { id: int }, { dom: domain }),
  DOMAIN_GET_XML_DESC: proc(14, { dom: domain, flags: uint }, { xml: string }),
  DOMAIN_DEFINE_XML_FLAGS: proc(350, { xml: string, flags: uint }, { dom: domain }),
  DOMAIN_DEFINE_XML: proc(11, { xml: string }, { dom: domain }),
  DOMAIN_CREATE_XML: proc(10, { xmlDesc: string, flags: uint }, { dom: domain }),
  DOMAIN_UNDEFINE_FLAGS: proc(231, { dom: domain, flags: uint }, {}),
  DOMAIN_RENAME: proc(358, { dom: domain, newName: optionalString, flags: uint }, { retcode: int }),
  DOMAIN_SET_AUTOSTART: proc(29, { dom: domain, autostart: int }, {}),
  DOMAIN_GET_AUTOSTART: proc(15, { dom: domain }, { autostart: int }),
  DOMAIN_SET_AUTOSTART_ONCE: proc(450, { dom: domain, autostart: int }, {}),
  DOMAIN_SET_THROTTLE_GROUP: proc(
    451,
    { dom: domain, group: string, params: list(typedParam, limits.domainBlockIoTuneParameters), flags: uint },
    {},
  ),
  DOMAIN_SET_METADATA: proc(
    264,
    { dom: domain, type: int, metadata: optionalString, key: optionalString, uri: optionalString, flags: uint },
    {},
  ),
  DOMAIN_GET_METADATA: proc(265, { dom: domain, type: int, uri: optionalString, flags: uint }, { metadata: string }),
  CONNECT_DOMAIN_XML_FROM_NATIVE: proc(
    135,
    { nativeFormat: string, nativeConfig: string, flags: uint },
    { domainXml: string },
  ),
  NETWORK_IS_PERSISTENT: proc(153, { net: network }, { persistent: int }),
  DOMAIN_GET_INFO: proc(
    16,
    { dom: domain },
    { state: uint, maxMem: uhyper, memory: uhyper, nrVirtCpu: uint, cpuTime: uhyper },
  ),
  DOMAIN_GET_STATE: proc(212, { dom: domain, flags: uint }, { state: int, reason: int }),
  DOMAIN_GET_MESSAGES: proc(426, { dom: domain, flags: uint }, { msgs: list(string, limits.domainMessages) }),
  DOMAIN_GET_DISK_ERRORS: proc(
    263,
    { dom: domain, maxerrors: uint, flags: uint },
    { errors: list(domainDiskError, limits.domainDiskErrors), nerrors: int },
  ),
};
