import { XMLSerializer } from '@xmldom/xmldom';
import { attribute, child, children, parseRoot, textOf } from './elements.ts';

/** A `<cpu>` of https://libvirt.org/formatdomain.html by its model and what differs from it. */
export interface CpuXml {
  model: string | null;
  vendor: string | null;
  features: { name: string; policy: string }[];
}

/**
 * The CPU that `host-model` stands for in domain capabilities, as `<cpu>`, which the calls that compare take; null
 * where the host has none. Throws PROTOCOL for text that is no domain capabilities XML.
 */
export function readHostModelXml(text: string): string | null {
  const cpu = child(parseRoot(text, 'domainCapabilities'), 'cpu');
  const mode = (cpu === null ? [] : children(cpu)).find(
    (each) => attribute(each, 'name') === 'host-model' && attribute(each, 'supported') === 'yes',
  );
  if (mode === undefined || child(mode, 'model') === null) return null;
  const root = parseRoot('<cpu/>', 'cpu');
  // Features and the model only: newer daemons tell limits of the address and more, which older ones refuse.
  for (const part of children(mode)) {
    if (/^(model|vendor|feature)$/.test(part.localName ?? '')) {
      root.appendChild(root.ownerDocument?.importNode(part, true) ?? part);
    }
  }
  return new XMLSerializer().serializeToString(root);
}

/** Reads what CONNECT_BASELINE_HYPERVISOR_CPU tells. Throws PROTOCOL for text that is no CPU. */
export function readCpuXml(text: string): CpuXml {
  const cpu = parseRoot(text, 'cpu');
  return {
    model: textOf(child(cpu, 'model')),
    vendor: textOf(child(cpu, 'vendor')),
    features: children(cpu)
      .filter(({ localName }) => localName === 'feature')
      .map((each) => ({ name: attribute(each, 'name') ?? '', policy: attribute(each, 'policy') ?? 'require' })),
  };
}
