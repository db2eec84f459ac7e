import type { Element } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';

/** What CONNECT_GET_DOMAIN_CAPABILITIES tells of what one kind of machine can have. */
export interface DeviceCapabilities {
  /** Kinds of devices that it says there are none of. */
  unsupportedKinds: string[];
  /** Values of a setting by kind and name, e.g. `tpm.model`. */
  values: Record<string, string[]>;
  /** Modes of the CPU that are supported. */
  cpuModes: string[];
  /** Models of the mode `custom`; whether the host can run one is null where it does not tell. */
  cpuModels: { name: string; isUsable: boolean | null }[];
  /** Features of the CPU that `host-model` stands for. */
  cpuFeatures: string[];
  hasEfi: boolean;
  hasSecureBoot: boolean;
}

/**
 * Reads https://libvirt.org/formatdomaincaps.html: old versions leave out what they do not tell. Throws PROTOCOL for
 * text that is no domain capabilities XML.
 */
export function readDeviceCapabilities(text: string): DeviceCapabilities {
  const root = parseRoot(text, 'domainCapabilities');
  const kinds = below(child(root, 'devices'));
  const modes = below(child(root, 'cpu')).filter((mode) => attribute(mode, 'supported') === 'yes');
  const modeOf = (name: string): Element | null => modes.find((mode) => attribute(mode, 'name') === name) ?? null;
  return {
    unsupportedKinds: kinds.filter((kind) => attribute(kind, 'supported') === 'no').map(nameOf),
    values: Object.fromEntries(
      kinds.flatMap((kind) =>
        children(kind)
          .filter((each) => each.localName === 'enum')
          .map((each) => [`${nameOf(kind)}.${attribute(each, 'name') ?? ''}`, wordsOf(each)]),
      ),
    ),
    cpuModes: modes.map((mode) => attribute(mode, 'name') ?? ''),
    cpuModels: below(modeOf('custom')).flatMap((model) => {
      const name = model.localName === 'model' ? textOf(model) : null;
      const usable = attribute(model, 'usable');
      return name === null ? [] : { name, isUsable: usable === 'yes' ? true : usable === 'no' ? false : null };
    }),
    cpuFeatures: below(modeOf('host-model')).flatMap((each) => attribute(each, 'name') ?? []),
    hasEfi: enumOf(child(root, 'os'), 'firmware').includes('efi'),
    hasSecureBoot: enumOf(child(root, 'os', 'loader'), 'secure').includes('yes'),
  };
}

/** Machine types of an architecture in CONNECT_GET_CAPABILITIES, in libvirt's order. Throws PROTOCOL for other text. */
export function readMachineTypes(text: string, architecture: string): string[] {
  const guests = children(parseRoot(text, 'capabilities')).filter(({ localName }) => localName === 'guest');
  const arch = guests.map((guest) => child(guest, 'arch')).find((each) => attribute(each, 'name') === architecture);
  const types = below(arch ?? null).flatMap((each) => (each.localName === 'machine' ? (textOf(each) ?? []) : []));
  return [...new Set(types)];
}

function enumOf(parent: Element | null, name: string): string[] {
  const found = below(parent).find((each) => each.localName === 'enum' && attribute(each, 'name') === name);
  return found === undefined ? [] : wordsOf(found);
}

function below(element: Element | null): Element[] {
  return element === null ? [] : children(element);
}

function nameOf(element: Element): string {
  return element.localName ?? '';
}

function wordsOf(element: Element): string[] {
  return children(element).flatMap((value) => textOf(value) ?? []);
}
