/** What to ask events for (`eventID` of CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY). */
export const domainEventId = {
  lifecycle: 0,
  reboot: 1,
  rtcChange: 2,
  watchdog: 3,
  graphics: 5,
  ioErrorReason: 6,
  controlError: 7,
  diskChange: 9,
  trayChange: 10,
  pmWakeup: 11,
  pmSuspend: 12,
  balloonChange: 13,
  pmSuspendDisk: 14,
  deviceRemoved: 15,
  blockJob2: 16,
  tunable: 17,
  agentLifecycle: 18,
  deviceAdded: 19,
  migrationIteration: 20,
  jobCompleted: 21,
  deviceRemovalFailed: 22,
  metadataChange: 23,
  blockThreshold: 24,
  memoryFailure: 25,
  memoryDeviceSizeChange: 26,
  nicMacChange: 27,
} as const;

/** `event` of a domain's lifecycle message. */
export const domainLifecycle = {
  defined: 0,
  undefined: 1,
  started: 2,
  suspended: 3,
  resumed: 4,
  stopped: 5,
  shutdown: 6,
  pmSuspended: 7,
  crashed: 8,
} as const;

/** `detail` of lifecycle messages: `shutdown` by the guest itself. */
export const stoppedDetail = { migrated: 3, shutdown: 0, saved: 4 } as const;
export const startedDetail = { restored: 2 } as const;

/** What DOMAIN_UNDEFINE_FLAGS removes together with the definition. */
export const undefineFlags = {
  managedSave: 1 << 0,
  snapshotsMetadata: 1 << 1,
  nvram: 1 << 2,
  checkpointsMetadata: 1 << 4,
} as const;

/** Filters of CONNECT_LIST_ALL_DOMAINS; none means all domains. */
export const listDomainsFlags = {
  active: 1 << 0,
  inactive: 1 << 1,
  persistent: 1 << 2,
  transient: 1 << 3,
  running: 1 << 4,
  paused: 1 << 5,
  shutOff: 1 << 6,
  other: 1 << 7,
  managedSave: 1 << 8,
  noManagedSave: 1 << 9,
  autostart: 1 << 10,
  noAutostart: 1 << 11,
  hasSnapshot: 1 << 12,
  noSnapshot: 1 << 13,
  hasCheckpoint: 1 << 14,
  noCheckpoint: 1 << 15,
} as const;

/** Groups of figures of CONNECT_GET_ALL_DOMAIN_STATS (`stats`); 0 asks for all that the server knows. */
export const statsGroups = {
  state: 1 << 0,
  cpuTotal: 1 << 1,
  balloon: 1 << 2,
  vcpu: 1 << 3,
  interface: 1 << 4,
  block: 1 << 5,
  perf: 1 << 6,
  ioThread: 1 << 7,
  memory: 1 << 8,
  dirtyRate: 1 << 9,
  vm: 1 << 10,
} as const;

/** Flags of CONNECT_GET_ALL_DOMAIN_STATS; the filters are those of `listDomainsFlags`. */
export const statsFlags = {
  active: 1 << 0,
  inactive: 1 << 1,
  /** Leaves out what a domain busy with a job cannot tell, instead of waiting for up to 30 s. */
  noWait: 1 << 29,
  backing: 1 << 30,
  /** Fails with NO_SUPPORT for an unknown group instead of leaving it out. */
  enforceStats: 0x8000_0000,
} as const;

/** Flags of DOMAIN_GET_XML_DESC. `secure` (passwords included) is refused on read-only connections. */
export const domainXmlFlags = {
  live: 0,
  secure: 1 << 0,
  inactive: 1 << 1,
  updateCpu: 1 << 2,
  migratable: 1 << 3,
} as const;

/** Flags of DOMAIN_OPEN_CONSOLE: `force` ends the session of whoever has it open. */
export const consoleFlags = { force: 1 << 0 } as const;

/** Flags of DOMAIN_DEFINE_XML_FLAGS: `validate` checks the document against libvirt's schema. */
export const defineFlags = { validate: 1 << 0 } as const;

/** Flags of CONNECT_BASELINE_HYPERVISOR_CPU. */
export const baselineCpuFlags = { expandFeatures: 1 << 0, migratable: 1 << 1 } as const;

/** What a change is made to (virDomainModificationImpact). */
export const affectFlags = { live: 1 << 0, config: 1 << 1 } as const;

/** `force` of DOMAIN_UPDATE_DEVICE_FLAGS opens a drive that the guest has locked. */
export const updateDeviceFlags = { force: 1 << 2 } as const;

/** Flags of DOMAIN_SET_TIME: `sync` sets the guest's clock by the machine's own. */
export const setTimeFlags = { sync: 1 << 0 } as const;

/** Flags of DOMAIN_AUTHORIZED_SSH_KEYS_SET; without one of them the keys replace all that are there. */
export const sshKeysFlags = { append: 1 << 0, remove: 1 << 1 } as const;

/** `type` of DOMAIN_SET_METADATA; an element is named by its namespace. */
export const metadataType = { description: 0, title: 1, element: 2 } as const;

/** `eventID` of CONNECT_STORAGE_POOL_EVENT_REGISTER_ANY. */
export const storagePoolEventId = { lifecycle: 0, refresh: 1 } as const;

/** Those filters of CONNECT_LIST_ALL_STORAGE_POOLS that are used; none means all pools. */
export const listStoragePoolsFlags = { active: 1 << 1, persistent: 1 << 2, autostart: 1 << 4 } as const;

/** Flags of STORAGE_POOL_GET_XML_DESC: `inactive` is as it is defined, and will be at its next start. */
export const poolXmlFlags = { inactive: 1 << 0 } as const;

/** `type` of STORAGE_VOL_GET_INFO (virStorageVolType). */
export const volumeType = { file: 0 } as const;

/** Flags of STORAGE_VOL_UPLOAD and STORAGE_VOL_DOWNLOAD: `sparse` leaves out holes. */
export const volumeStreamFlags = { sparse: 1 << 0 } as const;

/** Flags of DOMAIN_BLOCK_RESIZE: `bytes` counts the size in bytes in place of KiB. */
export const blockResizeFlags = { bytes: 1 << 0 } as const;

/** Flags of STORAGE_VOL_GET_INFO_FLAGS: `physical` tells the length of the file in place of the allocation. */
export const volumeInfoFlags = { physical: 1 << 0 } as const;

/** `algorithm` of STORAGE_VOL_WIPE_PATTERN. */
export const wipeAlgorithm = { zero: 0 } as const;

/** `eventID` of CONNECT_NETWORK_EVENT_REGISTER_ANY. */
export const networkEventId = { lifecycle: 0 } as const;

/** Flags of NETWORK_GET_XML_DESC. */
export const networkXmlFlags = { live: 0, inactive: 1 << 0 } as const;

/** `command` of NETWORK_UPDATE. */
export const networkUpdateCommand = { modify: 1, delete: 2, addLast: 3 } as const;

/** Those values of `section` of NETWORK_UPDATE that libvirt can change. */
export const networkUpdateSection = {
  dhcpHost: 4,
  dhcpRange: 5,
  portGroup: 9,
  dnsHost: 10,
  dnsText: 11,
  dnsService: 12,
} as const;

/** Flags of NETWORK_UPDATE: what is changed. */
export const networkUpdateFlags = { live: 1 << 0, config: 1 << 1 } as const;

/** Filters of CONNECT_LIST_ALL_NETWORKS. */
export const listNetworksFlags = {
  inactive: 1 << 0,
  active: 1 << 1,
  persistent: 1 << 2,
  transient: 1 << 3,
  autostart: 1 << 4,
  noAutostart: 1 << 5,
} as const;

/** Those filters of CONNECT_LIST_ALL_NODE_DEVICES that are used: kinds of devices. */
export const listNodeDevicesFlags = {
  system: 1 << 0,
  pci: 1 << 1,
  usb: 1 << 2,
  usbInterface: 1 << 3,
  net: 1 << 4,
  scsiHost: 1 << 5,
  scsiTarget: 1 << 6,
  scsi: 1 << 7,
  storage: 1 << 8,
  scsiGeneric: 1 << 11,
  drm: 1 << 12,
  mdev: 1 << 14,
} as const;

/** Those filters of CONNECT_LIST_ALL_SECRETS that are used. */
export const listSecretsFlags = { ephemeral: 1 << 0, private: 1 << 2 } as const;

/** `eventID` of CONNECT_SECRET_EVENT_REGISTER_ANY. */
export const secretEventId = { lifecycle: 0 } as const;

/** `eventID` of CONNECT_NODE_DEVICE_EVENT_REGISTER_ANY. */
export const nodeDeviceEventId = { lifecycle: 0, update: 1 } as const;

/** Who is asked by DOMAIN_INTERFACE_ADDRESSES; `agent` may block and waits for the guest. */
export const interfaceAddressSource = { lease: 0, agent: 1, arp: 2 } as const;

/** Numbers of CONNECT_SUPPORTS_FEATURE that a client may ask for. */
export const driverFeature = { keepalive: 10, eventCallback: 14, closeCallback: 15, networkUpdateOrder: 16 } as const;

/** `flags` of CONNECT_OPEN. */
export const openFlags = { readOnly: 1 << 0 } as const;

/** Answers of AUTH_LIST. */
export const authType = { none: 0, sasl: 1, polkit: 2 } as const;

/** Those of libvirt's error numbers (virErrorNumber) that the core reacts to. */
export const errorNumber = {
  noSupport: 3,
  invalidDomain: 7,
  invalidArg: 8,
  operationFailed: 9,
  operationDenied: 29,
  rpc: 39,
  noDomain: 42,
  noNetwork: 43,
  authFailed: 45,
  noStoragePool: 49,
  noStorageVolume: 50,
  noNodeDevice: 53,
  operationInvalid: 55,
  noInterface: 57,
  noNwfilter: 62,
  noSecret: 66,
  configUnsupported: 67,
  operationTimeout: 68,
  noSnapshot: 72,
  argumentUnsupported: 74,
  operationAborted: 78,
  authCancelled: 79,
  operationUnsupported: 84,
  agentUnresponsive: 86,
  resourceBusy: 87,
  accessDenied: 88,
  noDomainMetadata: 80,
  authUnavailable: 94,
  noCheckpoint: 103,
  noNetworkPort: 107,
} as const;
