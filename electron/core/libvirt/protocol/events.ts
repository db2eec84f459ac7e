import { limits } from './limits.ts';
import { event } from './procedure.ts';
import { domain, network, nodeDevice, secret, storagePool } from './references.ts';
import { typedParam } from './typed-params.ts';
import { hyper, int, list, optionalString, string, struct, uhyper, uint } from './xdr-types.ts';

const domainEventLifecycle = struct({ dom: domain, event: int, detail: int });
const domainEventReboot = struct({ dom: domain });
const domainEventRtcChange = struct({ dom: domain, offset: hyper });
const domainEventWatchdog = struct({ dom: domain, action: int });
const domainEventIoError = struct({ dom: domain, srcPath: string, devAlias: string, action: int });
const domainEventGraphicsAddress = struct({ family: int, node: string, service: string });
const domainEventGraphicsIdentity = struct({ type: string, name: string });
const domainEventGraphics = struct({
  dom: domain,
  phase: int,
  local: domainEventGraphicsAddress,
  remote: domainEventGraphicsAddress,
  authScheme: string,
  subject: list(domainEventGraphicsIdentity, limits.domainEventGraphicsIdentity),
});
const domainEventIoErrorReason = struct({
  dom: domain,
  srcPath: string,
  devAlias: string,
  action: int,
  reason: string,
});
const domainEventControlError = struct({ dom: domain });
const domainEventBlockJob = struct({ dom: domain, path: string, type: int, status: int });
const domainEventDiskChange = struct({
  dom: domain,
  oldSrcPath: optionalString,
  newSrcPath: optionalString,
  devAlias: string,
  reason: int,
});
const domainEventTrayChange = struct({ dom: domain, devAlias: string, reason: int });
const domainEventPmwakeup = struct({ dom: domain });
const domainEventPmsuspend = struct({ dom: domain });
const domainEventBalloonChange = struct({ dom: domain, actual: uhyper });
const domainEventPmsuspendDisk = struct({ dom: domain });
const domainEventDeviceRemoved = struct({ dom: domain, devAlias: string });

/** Messages that the server sends unasked, once registered for. */
export const remoteEvents = {
  DOMAIN_EVENT_CALLBACK_LIFECYCLE: event(318, { callbackID: int, msg: domainEventLifecycle }),
  DOMAIN_EVENT_CALLBACK_REBOOT: event(319, { callbackID: int, msg: domainEventReboot }),
  DOMAIN_EVENT_CALLBACK_RTC_CHANGE: event(320, { callbackID: int, msg: domainEventRtcChange }),
  DOMAIN_EVENT_CALLBACK_WATCHDOG: event(321, { callbackID: int, msg: domainEventWatchdog }),
  DOMAIN_EVENT_CALLBACK_IO_ERROR: event(322, { callbackID: int, msg: domainEventIoError }),
  DOMAIN_EVENT_CALLBACK_GRAPHICS: event(323, { callbackID: int, msg: domainEventGraphics }),
  DOMAIN_EVENT_CALLBACK_IO_ERROR_REASON: event(324, { callbackID: int, msg: domainEventIoErrorReason }),
  DOMAIN_EVENT_CALLBACK_CONTROL_ERROR: event(325, { callbackID: int, msg: domainEventControlError }),
  DOMAIN_EVENT_CALLBACK_BLOCK_JOB: event(326, { callbackID: int, msg: domainEventBlockJob }),
  DOMAIN_EVENT_CALLBACK_DISK_CHANGE: event(327, { callbackID: int, msg: domainEventDiskChange }),
  DOMAIN_EVENT_CALLBACK_TRAY_CHANGE: event(328, { callbackID: int, msg: domainEventTrayChange }),
  DOMAIN_EVENT_CALLBACK_PMWAKEUP: event(329, { callbackID: int, reason: int, msg: domainEventPmwakeup }),
  DOMAIN_EVENT_CALLBACK_PMSUSPEND: event(330, { callbackID: int, reason: int, msg: domainEventPmsuspend }),
  DOMAIN_EVENT_CALLBACK_BALLOON_CHANGE: event(331, { callbackID: int, msg: domainEventBalloonChange }),
  DOMAIN_EVENT_CALLBACK_PMSUSPEND_DISK: event(332, { callbackID: int, reason: int, msg: domainEventPmsuspendDisk }),
  DOMAIN_EVENT_CALLBACK_DEVICE_REMOVED: event(333, { callbackID: int, msg: domainEventDeviceRemoved }),
  DOMAIN_EVENT_BLOCK_JOB_2: event(339, { callbackID: int, dom: domain, dst: string, type: int, status: int }),
  DOMAIN_EVENT_CALLBACK_TUNABLE: event(346, {
    callbackID: int,
    dom: domain,
    params: list(typedParam, limits.domainEventTunable),
  }),
  DOMAIN_EVENT_CALLBACK_AGENT_LIFECYCLE: event(348, { callbackID: int, dom: domain, state: int, reason: int }),
  DOMAIN_EVENT_CALLBACK_DEVICE_ADDED: event(354, { callbackID: int, dom: domain, devAlias: string }),
  DOMAIN_EVENT_CALLBACK_MIGRATION_ITERATION: event(359, { callbackID: int, dom: domain, iteration: int }),
  DOMAIN_EVENT_CALLBACK_JOB_COMPLETED: event(363, {
    callbackID: int,
    dom: domain,
    params: list(typedParam, limits.domainJobStats),
  }),
  DOMAIN_EVENT_CALLBACK_DEVICE_REMOVAL_FAILED: event(367, { callbackID: int, dom: domain, devAlias: string }),
  DOMAIN_EVENT_CALLBACK_METADATA_CHANGE: event(379, { callbackID: int, dom: domain, type: int, nsuri: optionalString }),
  DOMAIN_EVENT_BLOCK_THRESHOLD: event(385, {
    callbackID: int,
    dom: domain,
    dev: string,
    path: optionalString,
    threshold: uhyper,
    excess: uhyper,
  }),
  DOMAIN_EVENT_MEMORY_FAILURE: event(423, { callbackID: int, dom: domain, recipient: int, action: int, flags: uint }),
  DOMAIN_EVENT_MEMORY_DEVICE_SIZE_CHANGE: event(438, { callbackID: int, dom: domain, alias: string, size: uhyper }),
  DOMAIN_EVENT_NIC_MAC_CHANGE: event(453, {
    callbackID: int,
    dom: domain,
    alias: string,
    oldMAC: string,
    newMAC: string,
  }),
  NETWORK_EVENT_LIFECYCLE: event(315, { callbackID: int, net: network, event: int, detail: int }),
  NETWORK_EVENT_CALLBACK_METADATA_CHANGE: event(446, {
    callbackID: int,
    net: network,
    type: int,
    nsuri: optionalString,
  }),
  STORAGE_POOL_EVENT_LIFECYCLE: event(370, { callbackID: int, pool: storagePool, event: int, detail: int }),
  STORAGE_POOL_EVENT_REFRESH: event(373, { callbackID: int, pool: storagePool }),
  NODE_DEVICE_EVENT_LIFECYCLE: event(376, { callbackID: int, dev: nodeDevice, event: int, detail: int }),
  NODE_DEVICE_EVENT_UPDATE: event(377, { callbackID: int, dev: nodeDevice }),
  SECRET_EVENT_LIFECYCLE: event(382, { callbackID: int, secret, event: int, detail: int }),
  SECRET_EVENT_VALUE_CHANGED: event(383, { callbackID: int, secret }),
  CONNECT_EVENT_CONNECTION_CLOSED: event(362, { reason: int }),
};
