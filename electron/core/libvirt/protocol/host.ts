import { limits } from './limits.ts';
import { proc } from './procedure.ts';
import { chars, int, list, opaque, optionalString, string, struct, uhyper, uint } from './xdr-types.ts';

const nodeGetCpuStats = struct({ field: string, value: uhyper });
const nodeGetMemoryStats = struct({ field: string, value: uhyper });

/** Procedures for the host: capabilities and figures. */
export const hostProcedures = {
  CONNECT_GET_CAPABILITIES: proc(7, {}, { capabilities: string }),
  CONNECT_GET_DOMAIN_CAPABILITIES: proc(
    342,
    {
      emulatorbin: optionalString,
      arch: optionalString,
      machine: optionalString,
      virttype: optionalString,
      flags: uint,
    },
    { capabilities: string },
  ),
  CONNECT_GET_MAX_VCPUS: proc(5, { type: optionalString }, { maxVcpus: int }),
  CONNECT_GET_CPU_MODEL_NAMES: proc(
    312,
    { arch: string, needResults: int, flags: uint },
    { models: list(string, limits.connectCpuModels), ret: int },
  ),
  CONNECT_GET_SYSINFO: proc(203, { flags: uint }, { sysinfo: string }),
  NODE_GET_INFO: proc(
    6,
    {},
    { model: chars(32), memory: uhyper, cpus: int, mhz: int, nodes: int, sockets: int, cores: int, threads: int },
  ),
  NODE_GET_CPU_STATS: proc(
    227,
    { cpuNum: int, nparams: int, flags: uint },
    { params: list(nodeGetCpuStats, limits.nodeCpuStats), nparams: int },
  ),
  NODE_GET_MEMORY_STATS: proc(
    228,
    { nparams: int, cellNum: int, flags: uint },
    { params: list(nodeGetMemoryStats, limits.nodeMemoryStats), nparams: int },
  ),
  NODE_GET_FREE_MEMORY: proc(102, {}, { freeMem: uhyper }),
  NODE_GET_CELLS_FREE_MEMORY: proc(
    101,
    { startCell: int, maxcells: int },
    { cells: list(uhyper, limits.nodeMaxCells) },
  ),
  NODE_GET_CPU_MAP: proc(
    293,
    { needMap: int, needOnline: int, flags: uint },
    { cpumap: opaque(limits.cpumap), online: uint, ret: int },
  ),
  NODE_GET_FREE_PAGES: proc(
    340,
    { pages: list(uint, limits.nodeMaxCells), startCell: int, cellCount: uint, flags: uint },
    { counts: list(uhyper, limits.nodeMaxCells) },
  ),
  CONNECT_COMPARE_HYPERVISOR_CPU: proc(
    393,
    {
      emulator: optionalString,
      arch: optionalString,
      machine: optionalString,
      virttype: optionalString,
      xmlCPU: string,
      flags: uint,
    },
    { result: int },
  ),
  CONNECT_BASELINE_HYPERVISOR_CPU: proc(
    394,
    {
      emulator: optionalString,
      arch: optionalString,
      machine: optionalString,
      virttype: optionalString,
      xmlCPUs: list(string, limits.cpuBaseline),
      flags: uint,
    },
    { cpu: string },
  ),
  CONNECT_GET_STORAGE_POOL_CAPABILITIES: proc(403, { flags: uint }, { capabilities: string }),
};
