import { limits } from './limits.ts';
import { proc } from './procedure.ts';
import { domain, domainSnapshot } from './references.ts';
import { typedParam } from './typed-params.ts';
import { hyper, int, list, opaque, optionalString, string, struct, uhyper, uint } from './xdr-types.ts';

const domainIothreadInfo = struct({ iothreadId: uint, cpumap: opaque(limits.cpumap) });
const domainMemoryStat = struct({ tag: int, val: uhyper });

/** Procedures for changing the hardware of domains. */
export const domainDevicesProcedures = {
  DOMAIN_ATTACH_DEVICE_FLAGS: proc(160, { dom: domain, xml: string, flags: uint }, {}),
  DOMAIN_DETACH_DEVICE_FLAGS: proc(161, { dom: domain, xml: string, flags: uint }, {}),
  DOMAIN_DETACH_DEVICE_ALIAS: proc(392, { dom: domain, alias: string, flags: uint }, {}),
  DOMAIN_UPDATE_DEVICE_FLAGS: proc(174, { dom: domain, xml: string, flags: uint }, {}),
  DOMAIN_SET_VCPUS_FLAGS: proc(199, { dom: domain, nvcpus: uint, flags: uint }, {}),
  DOMAIN_SET_VCPU: proc(384, { dom: domain, cpumap: string, state: int, flags: uint }, {}),
  DOMAIN_SET_MEMORY_FLAGS: proc(204, { dom: domain, memory: uhyper, flags: uint }, {}),
  DOMAIN_SET_MAX_MEMORY: proc(30, { dom: domain, memory: uhyper }, {}),
  DOMAIN_SET_MEMORY_STATS_PERIOD: proc(308, { dom: domain, period: int, flags: uint }, {}),
  DOMAIN_PIN_VCPU_FLAGS: proc(225, { dom: domain, vcpu: uint, cpumap: opaque(limits.cpumap), flags: uint }, {}),
  DOMAIN_GET_VCPU_PIN_INFO: proc(
    230,
    { dom: domain, ncpumaps: int, maplen: int, flags: uint },
    { cpumaps: opaque(limits.cpumaps), num: int },
  ),
  DOMAIN_GET_VCPUS_FLAGS: proc(200, { dom: domain, flags: uint }, { num: int }),
  DOMAIN_PIN_EMULATOR: proc(279, { dom: domain, cpumap: opaque(limits.cpumap), flags: uint }, {}),
  DOMAIN_GET_EMULATOR_PIN_INFO: proc(
    280,
    { dom: domain, maplen: int, flags: uint },
    { cpumaps: opaque(limits.cpumaps), ret: int },
  ),
  DOMAIN_PIN_IOTHREAD: proc(352, { dom: domain, iothreadsId: uint, cpumap: opaque(limits.cpumap), flags: uint }, {}),
  DOMAIN_GET_IOTHREAD_INFO: proc(
    351,
    { dom: domain, flags: uint },
    { info: list(domainIothreadInfo, limits.iothreadInfo), ret: uint },
  ),
  DOMAIN_ADD_IOTHREAD: proc(355, { dom: domain, iothreadId: uint, flags: uint }, {}),
  DOMAIN_DEL_IOTHREAD: proc(356, { dom: domain, iothreadId: uint, flags: uint }, {}),
  DOMAIN_BLOCK_RESIZE: proc(251, { dom: domain, disk: string, size: uhyper, flags: uint }, {}),
  DOMAIN_SET_BLOCK_IO_TUNE: proc(
    252,
    { dom: domain, disk: string, params: list(typedParam, limits.domainBlockIoTuneParameters), flags: uint },
    {},
  ),
  DOMAIN_GET_BLOCK_IO_TUNE: proc(
    253,
    { dom: domain, disk: optionalString, nparams: int, flags: uint },
    { params: list(typedParam, limits.domainBlockIoTuneParameters), nparams: int },
  ),
  DOMAIN_SET_INTERFACE_PARAMETERS: proc(
    256,
    { dom: domain, device: string, params: list(typedParam, limits.domainInterfaceParameters), flags: uint },
    {},
  ),
  DOMAIN_GET_INTERFACE_PARAMETERS: proc(
    257,
    { dom: domain, device: string, nparams: int, flags: uint },
    { params: list(typedParam, limits.domainInterfaceParameters), nparams: int },
  ),
  DOMAIN_SET_NUMA_PARAMETERS: proc(
    254,
    { dom: domain, params: list(typedParam, limits.domainNumaParameters), flags: uint },
    {},
  ),
  DOMAIN_GET_NUMA_PARAMETERS: proc(
    255,
    { dom: domain, nparams: int, flags: uint },
    { params: list(typedParam, limits.domainNumaParameters), nparams: int },
  ),
  DOMAIN_SNAPSHOT_LIST_CHILDREN_NAMES: proc(
    247,
    { snap: domainSnapshot, maxnames: int, flags: uint },
    { names: list(string, limits.domainSnapshotList) },
  ),
  DOMAIN_MEMORY_STATS: proc(
    159,
    { dom: domain, maxStats: uint, flags: uint },
    { stats: list(domainMemoryStat, limits.domainMemoryStats) },
  ),
  DOMAIN_GET_BLOCK_INFO: proc(
    194,
    { dom: domain, path: string, flags: uint },
    { allocation: uhyper, capacity: uhyper, physical: uhyper },
  ),
  DOMAIN_BLOCK_STATS: proc(
    64,
    { dom: domain, path: string },
    { rdReq: hyper, rdBytes: hyper, wrReq: hyper, wrBytes: hyper, errs: hyper },
  ),
};
