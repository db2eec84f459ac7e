import type { Machine } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import { readSecureXml } from '../../../libvirt/session/secure-xml.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import type { LibvirtUri } from '../../../libvirt/transport/uri.ts';
import { DomainXml } from '../../../libvirt/xml/domain-xml.ts';
import type { ViewerBackend, ViewerScreen } from '../ports.ts';
import { viewerWay } from './viewer-way.ts';

export interface ViewerDeps {
  uri: LibvirtUri;
  /** As in OpenSSH's ProxyJump; empty for ~/.ssh/config. */
  proxyJump: string;
  /** The machine's row. Throws MACHINE_GONE. */
  machine(id: string): Machine;
}

/** The screens of domains for other programs, as their XML tells where they listen. */
export class LibvirtViewers implements ViewerBackend {
  readonly #session: LibvirtSession;
  readonly #deps: ViewerDeps;

  constructor(session: LibvirtSession, deps: ViewerDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async screens(machineId: string, signal: AbortSignal): Promise<ViewerScreen[]> {
    const machine = this.#deps.machine(machineId);
    const { name: machineName } = machine;
    const none = (reason: string): AppError => new AppError('NO_CONSOLE', { params: { machine: machineName, reason } });
    if (machine.state === 'stopped' || machine.state === 'crashed') throw none('off');
    const text = await readSecureXml(this.#session, domainRef(machine.id, machine.name), signal);
    const found = new DomainXml(text).graphics.flatMap(({ type, listen, password }) =>
      type === 'other' ? [] : [{ type, listen, password }],
    );
    if (found.length === 0) throw none('none');
    const screens: ViewerScreen[] = [];
    let refusal: unknown;
    for (const { type, listen, password } of found) {
      try {
        screens.push({ machineName, type, password, ...viewerWay(listen, this.#deps.uri, this.#deps.proxyJump) });
      } catch (thrown) {
        refusal ??= thrown;
      }
    }
    // Of two, one that can be reached is enough.
    if (screens.length === 0) throw refusal;
    return screens;
  }
}
