import type { Element } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';

/** What CONNECT_GET_DOMAIN_CAPABILITIES tells of devices. */
export interface DeviceCapabilities {
  /** Kinds of devices that it says there are none of. */
  unsupportedKinds: string[];
  /** Values of a setting by kind and name, e.g. `tpm.model`. */
  values: Record<string, string[]>;
}

/**
 * Reads the devices of https://libvirt.org/formatdomaincaps.html: old versions leave out what they do not tell. Throws
 * PROTOCOL for text that is no domain capabilities XML.
 */
export function readDeviceCapabilities(text: string): DeviceCapabilities {
  const root = parseRoot(text, 'domainCapabilities');
  const devices = child(root, 'devices');
  const kinds = devices === null ? [] : children(devices);
  return {
    unsupportedKinds: kinds.filter((kind) => attribute(kind, 'supported') === 'no').map(nameOf),
    values: Object.fromEntries(
      kinds.flatMap((kind) =>
        children(kind)
          .filter((each) => each.localName === 'enum')
          .map((each) => [`${nameOf(kind)}.${attribute(each, 'name') ?? ''}`, wordsOf(each)]),
      ),
    ),
  };
}

function nameOf(element: Element): string {
  return element.localName ?? '';
}

function wordsOf(element: Element): string[] {
  return children(element).flatMap((value) => textOf(value) ?? []);
}
