import { z } from 'zod';
import { changeWhens } from './hardware.ts';
import { machineRef } from './machines.ts';

/** More than any device has. */
const deviceText = z.string().max(256 * 1024);

/** A device by its key; see HardwareDevice. */
export const deviceDocumentRef = machineRef.extend({ key: z.string().min(1).max(1_024) });
export type DeviceDocumentRef = z.infer<typeof deviceDocumentRef>;

/** The XML of one device, with passwords. */
export interface DeviceDocument {
  text: string;
  /** It is as it runs: the definition has no such device. */
  isLive: boolean;
}

/** `base` is the text that the change started from. */
export const saveDeviceInput = deviceDocumentRef.extend({
  base: deviceText,
  text: deviceText,
  when: z.enum(changeWhens),
});
export type SaveDeviceInput = z.infer<typeof saveDeviceInput>;

/** Why the XML of a device is not saved, told as `params.reason` of CONFLICT or BAD_INPUT. */
export const deviceRefusals = ['changedMeanwhile', 'notXml', 'otherKind', 'noDefinition', 'notRunning'] as const;
export type DeviceRefusal = (typeof deviceRefusals)[number];

/** Kinds of devices that libvirt can change while the machine runs (DOMAIN_UPDATE_DEVICE_FLAGS). */
export const liveDeviceKinds: readonly string[] = ['disk', 'interface', 'graphics', 'memory'];
