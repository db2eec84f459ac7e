import type { Duplex } from 'node:stream';
import type { TextConsole } from '../../../../../shared/contract/consoles.ts';
import type { Machine } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { delay } from '../../../kernel/timing.ts';
import { consoleFlags, domainXmlFlags, errorNumber } from '../../../libvirt/protocol/constants.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { domainConsoles, type DomainConsoles } from '../../../libvirt/xml/domain-consoles.ts';
import type { TextConsoleBackend } from '../ports.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';

const CALL_TIMEOUT_MS = 30_000;
/** A page that is opened again may ask before the daemon has let the console of the page before go. */
const RETRY_DELAYS_MS = [100, 300, 600];

export interface TextConsoleDeps {
  clock: Clock;
  /** The machine's row. Throws MACHINE_GONE. */
  machine(id: string): Machine;
}

/** Serial ports and text consoles of domains, by DOMAIN_OPEN_CONSOLE. */
export class LibvirtTextConsoles implements TextConsoleBackend {
  readonly #session: LibvirtSession;
  readonly #deps: TextConsoleDeps;

  constructor(session: LibvirtSession, deps: TextConsoleDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async list(machineId: string, signal: AbortSignal): Promise<TextConsole[]> {
    const machine = this.#deps.machine(machineId);
    return isOff(machine) ? [] : (await this.#consoles(machine, signal)).ptys;
  }

  async open(machineId: string, device: string | null, takeOver: boolean, signal: AbortSignal): Promise<Duplex> {
    const machine = this.#deps.machine(machineId);
    if (isOff(machine)) throw noConsole(machine, 'off');
    const { ptys, hasOthers } = await this.#consoles(machine, signal);
    const found = ptys.find((pty) => device === null || pty.device === device);
    if (found === undefined) throw noConsole(machine, hasOthers ? 'noPty' : 'noSerial');
    const rpc = await this.#session.streams(signal);
    const flags = takeOver ? consoleFlags.force : 0;
    const args = { dom: domainRef(machine.id, machine.name), devName: found.device, flags };
    for (let attempt = 0; ; attempt++) {
      try {
        return (await rpc.openStream('DOMAIN_OPEN_CONSOLE', args, { signal })).stream;
      } catch (thrown) {
        const error = AppError.from(thrown);
        const isTaken = error.source?.kind === 'libvirt' && error.source.code === errorNumber.operationFailed;
        if (!isTaken || takeOver) throw thrown;
        const delayMs = RETRY_DELAYS_MS[attempt];
        if (delayMs === undefined) throw noConsole(machine, 'taken', error);
        await delay(this.#deps.clock, delayMs, signal);
      }
    }
  }

  async #consoles(machine: Machine, signal: AbortSignal): Promise<DomainConsoles> {
    const { xml } = await this.#session.rpc.call(
      'DOMAIN_GET_XML_DESC',
      { dom: domainRef(machine.id, machine.name), flags: domainXmlFlags.live },
      { timeoutMs: CALL_TIMEOUT_MS, signal, priority: 10 },
    );
    return domainConsoles(xml);
  }
}

function isOff({ state }: Machine): boolean {
  return state === 'stopped' || state === 'crashed';
}

type Reason = 'off' | 'noSerial' | 'noPty' | 'taken';

function noConsole(machine: Machine, reason: Reason, cause?: AppError): AppError {
  return new AppError('NO_CONSOLE', {
    params: { machine: machine.name, reason },
    retryable: reason === 'off',
    detail: cause?.detail ?? `no text console: ${reason}`,
    ...(cause === undefined ? {} : { cause, ...(cause.source === null ? {} : { source: cause.source }) }),
  });
}
