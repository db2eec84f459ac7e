/** How a domain is migrated (virDomainMigrateFlags), as far as used. */
export const migrateFlags = {
  live: 1 << 0,
  peer2peer: 1 << 1,
  persistDest: 1 << 3,
  undefineSource: 1 << 4,
  paused: 1 << 5,
  nonSharedDisk: 1 << 6,
  /** Nobody else may change the domain from begin to confirm. */
  changeProtection: 1 << 8,
  unsafe: 1 << 9,
  offline: 1 << 10,
  autoConverge: 1 << 13,
  postCopy: 1 << 15,
  tls: 1 << 16,
  parallel: 1 << 17,
} as const;

/** Number of CONNECT_SUPPORTS_FEATURE: the driver migrates by the procedures with parameters. */
export const migrationParamsFeature = 13;

/** Answer of CONNECT_COMPARE_HYPERVISOR_CPU for a CPU that the host cannot run. */
export const cpuIncompatible = 0;

/** `state` of DOMAIN_GET_STATE. */
export const domainState = { running: 1, blocked: 2, paused: 3 } as const;
