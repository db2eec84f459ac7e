import { attribute, children, parseRoot } from './elements.ts';

/** What the XML of a host's interface tells. */
export interface InterfaceXml {
  isBridge: boolean;
  /** With the length of their prefixes; hosts without netcf tell none. */
  addresses: string[];
}

/** Throws PROTOCOL for text that is no interface XML. */
export function readInterfaceXml(text: string): InterfaceXml {
  const root = parseRoot(text, 'interface');
  const addresses = children(root)
    .filter(({ localName }) => localName === 'protocol')
    .flatMap((protocol) => children(protocol).filter(({ localName }) => localName === 'ip'))
    .flatMap((ip) => {
      const address = attribute(ip, 'address');
      const prefix = attribute(ip, 'prefix');
      return address === null || prefix === null ? [] : [`${address}/${prefix}`];
    });
  return { isBridge: attribute(root, 'type') === 'bridge', addresses };
}
