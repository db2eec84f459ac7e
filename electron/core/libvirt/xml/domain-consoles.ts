import type { TextConsole } from '../../../../shared/contract/consoles.ts';
import { attribute, child, children, parseRoot } from './elements.ts';

/** Serial ports and text consoles of a running domain's XML. */
export interface DomainConsoles {
  /** Those of type pty, which are all that DOMAIN_OPEN_CONSOLE opens. */
  ptys: TextConsole[];
  /** Whether there are others, e.g. to a file or a socket. */
  hasOthers: boolean;
}

/** Throws PROTOCOL for text that is no domain XML. */
export function domainConsoles(text: string): DomainConsoles {
  const devices = child(parseRoot(text, 'domain'), 'devices');
  const found: DomainConsoles = { ptys: [], hasOthers: false };
  const all = devices === null ? [] : children(devices);
  // The first serial port is told a second time, as a console with the same alias.
  const ordered = ['serial', 'console'].flatMap((kind) => all.filter(({ localName }) => localName === kind));
  for (const element of ordered) {
    const device = attribute(child(element, 'alias'), 'name');
    const target = child(element, 'target');
    const isSerial = element.localName === 'serial' || attribute(target, 'type') === 'serial';
    if (element.getAttribute('type') !== 'pty' || device === null) found.hasOthers = true;
    else if (!found.ptys.some((pty) => pty.device === device)) {
      const type = isSerial ? 'serial' : (attribute(target, 'type') ?? 'console');
      found.ptys.push({ device, type, port: Number(attribute(target, 'port') ?? 0) || 0 });
    }
  }
  return found;
}
