import type { AgentState, GuestInfo } from '../../../../../shared/contract/guest-agent.ts';
import type { GrowInput, GrowthPlan, GuestOutput } from '../../../../../shared/contract/guest-growth.ts';
import type { Machine } from '../../../../../shared/contract/machines.ts';
import { AppError } from '../../../kernel/app-error.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { delay } from '../../../kernel/timing.ts';
import { domainXmlFlags, setTimeFlags, sshKeysFlags } from '../../../libvirt/protocol/constants.ts';
import type { ArgsOf, CallName, RetOf } from '../../../libvirt/protocol/procedures.ts';
import { domainRef } from '../../../libvirt/protocol/references.ts';
import type { LibvirtSession } from '../../../libvirt/session/session.ts';
import { DomainXml } from '../../../libvirt/xml/domain-xml.ts';
import type { TaskContext } from '../../../tasks/task-engine.ts';
import type { GuestAgentBackend } from '../ports.ts';
import { growthPlanOf } from './growth-commands.ts';
import { runInGuest } from './guest-exec.ts';
import { readGuestInfo } from './guest-info.ts';

const CALL_TIMEOUT_MS = 30_000;
/** libvirt itself gives up after 5 s on an agent that does not answer at all. */
const ASK_TIMEOUT_MS = 30_000;
/** Trimming goes through all free blocks of all disks. */
const WORK_TIMEOUT_MS = 30 * 60_000;
/** What the agent says of a user who never had a key; only its words tell that from other failures. */
const NO_KEYS_FILE = /authorized_keys.*: No such file or directory$/;

interface GuestAgentDeps {
  clock: Clock;
  /** Throws MACHINE_GONE. */
  machine(machineId: string): Machine;
  /** Throws CONFLICT for a domain that is not ours to change. */
  refuseForeign(machineId: string, signal: AbortSignal): Promise<void>;
}

/** Agents in guests of one host, on the channel for calls that may block: the guest decides when they end. */
export class LibvirtGuestAgent implements GuestAgentBackend {
  readonly #session: LibvirtSession;
  readonly #deps: GuestAgentDeps;

  constructor(session: LibvirtSession, deps: GuestAgentDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  async state(machineId: string, signal: AbortSignal): Promise<AgentState> {
    const machine = this.#deps.machine(machineId);
    const { xml } = await this.#session.rpc.call(
      'DOMAIN_GET_XML_DESC',
      { dom: domainRef(machineId), flags: domainXmlFlags.live },
      { timeoutMs: CALL_TIMEOUT_MS, signal },
    );
    const { guestAgent } = new DomainXml(xml);
    if (guestAgent === 'none') return 'noChannel';
    if (machine.state !== 'running') return 'notRunning';
    return guestAgent === 'connected' ? 'connected' : 'silent';
  }

  async info(machineId: string, signal: AbortSignal): Promise<GuestInfo> {
    const dom = domainRef(machineId);
    // 0: everything that this libvirt and this agent know.
    const { params } = await this.#ask('DOMAIN_GET_GUEST_INFO', { dom, types: 0, flags: 0 }, signal);
    return { ...readGuestInfo(params), clockAheadSeconds: await this.#clockAhead(machineId, signal) };
  }

  async sshKeys(machineId: string, user: string, signal: AbortSignal): Promise<string[]> {
    const args = { dom: domainRef(machineId), user, flags: 0 };
    try {
      return (await this.#ask('DOMAIN_AUTHORIZED_SSH_KEYS_GET', args, signal)).keys;
    } catch (error) {
      if (NO_KEYS_FILE.test(AppError.from(error).detail)) return [];
      throw error;
    }
  }

  async growthPlan(machineId: string, path: string, signal: AbortSignal): Promise<GrowthPlan> {
    if ((await this.state(machineId, signal)) !== 'connected') return null;
    const args = { dom: domainRef(machineId), flags: domainXmlFlags.live };
    const [{ xml }, { fileSystems }] = await Promise.all([
      this.#session.rpc.call('DOMAIN_GET_XML_DESC', args, { timeoutMs: CALL_TIMEOUT_MS, signal }),
      this.info(machineId, signal),
    ]);
    const disk = new DomainXml(xml).disks.find(({ source, pool }) => pool === null && source === path);
    return disk === undefined ? [] : growthPlanOf(fileSystems, disk.target);
  }

  async grow(
    machineId: string,
    { path, mountPoint }: GrowInput,
    told: (output: GuestOutput) => void,
    task: TaskContext,
  ): Promise<void> {
    const { signal } = task;
    await this.#deps.refuseForeign(machineId, signal);
    task.progress('request');
    const plan = await this.growthPlan(machineId, path, signal);
    const commands = plan?.find((each) => each.mountPoint === mountPoint)?.commands ?? null;
    if (commands === null) throw new AppError('NOT_FOUND', { detail: `nothing grows ${mountPoint}` });
    for (const command of commands) {
      task.progress('growingInGuest');
      const output = await runInGuest(this.#session, domainRef(machineId), command, {
        clock: this.#deps.clock,
        signal,
      });
      told(output);
      // growpart ends so where the partition fills its disk already.
      const hasNothingToDo = command[0] === 'growpart' && output.text.startsWith('NOCHANGE');
      if (output.exitCode !== 0 && !hasNothingToDo) {
        const message = output.text.trim() === '' ? `${command[0]}: ${output.exitCode}` : output.text.trim();
        throw new AppError('LIBVIRT_ERROR', { params: { message }, detail: message });
      }
    }
  }

  async trim(machineId: string, task: TaskContext): Promise<void> {
    const args = { dom: domainRef(machineId), mountPoint: null, minimum: 0, flags: 0 };
    await this.#work('DOMAIN_FSTRIM', 'trimming', args, task);
  }

  async freeze(machineId: string, seconds: number, task: TaskContext): Promise<void> {
    const dom = domainRef(machineId);
    await this.#deps.refuseForeign(machineId, task.signal);
    try {
      // Whether it is cancelled counts only once the answer has come: a guest must not be left frozen.
      await this.#work('DOMAIN_FSFREEZE', 'freezing', { dom, mountpoints: [], flags: 0 }, task);
      task.progress('frozen');
      await delay(this.#deps.clock, seconds * 1_000, task.signal);
    } finally {
      await this.#thaw(machineId);
    }
  }

  async thaw(machineId: string, task: TaskContext): Promise<void> {
    await this.#deps.refuseForeign(machineId, task.signal);
    task.progress('thawing');
    await this.#thaw(machineId);
  }

  async syncTime(machineId: string, task: TaskContext): Promise<void> {
    const args = { dom: domainRef(machineId), seconds: 0, nseconds: 0, flags: setTimeFlags.sync };
    await this.#work('DOMAIN_SET_TIME', 'request', args, task);
  }

  async setPassword(machineId: string, user: string, password: string, task: TaskContext): Promise<void> {
    const args = { dom: domainRef(machineId), user, password, flags: 0 };
    await this.#work('DOMAIN_SET_USER_PASSWORD', 'request', args, task);
  }

  async changeSshKeys(
    machineId: string,
    user: string,
    { add, remove }: { add: readonly string[]; remove: readonly string[] },
    task: TaskContext,
  ): Promise<void> {
    const dom = domainRef(machineId);
    const change = (keys: readonly string[], flags: number): Promise<unknown> =>
      this.#work('DOMAIN_AUTHORIZED_SSH_KEYS_SET', 'request', { dom, user, keys: [...keys], flags }, task);
    // The new ones first: whoever replaces a key must not lock himself out halfway.
    if (add.length > 0) await change(add, sshKeysFlags.append);
    if (remove.length > 0) await change(remove, sshKeysFlags.remove);
  }

  /** To a second; null where the agent does not tell. */
  async #clockAhead(machineId: string, signal: AbortSignal): Promise<number | null> {
    try {
      const { seconds } = await this.#ask('DOMAIN_GET_TIME', { dom: domainRef(machineId), flags: 0 }, signal);
      return seconds - Math.floor(this.#deps.clock.now() / 1_000);
    } catch (thrown) {
      const { code } = AppError.from(thrown);
      if (code === 'UNSUPPORTED' || code === 'LIBVIRT_ERROR') return null;
      throw thrown;
    }
  }

  async #thaw(machineId: string): Promise<void> {
    const rpc = await this.#session.blocking(AbortSignal.timeout(CALL_TIMEOUT_MS));
    const args = { dom: domainRef(machineId), mountpoints: [], flags: 0 };
    await rpc.call('DOMAIN_FSTHAW', args, { timeoutMs: ASK_TIMEOUT_MS, priority: 10 });
  }

  async #ask<N extends CallName>(name: N, args: ArgsOf<N>, signal: AbortSignal): Promise<RetOf<N>> {
    const rpc = await this.#session.blocking(signal);
    return rpc.call(name, args, { timeoutMs: ASK_TIMEOUT_MS, signal });
  }

  /** Asks for a change, and waits for the guest whatever becomes of the task. */
  async #work<N extends CallName>(
    name: N,
    step: string,
    args: ArgsOf<N> & { dom: { uuid: string } },
    task: TaskContext,
  ): Promise<RetOf<N>> {
    await this.#deps.refuseForeign(args.dom.uuid, task.signal);
    task.progress(step);
    const rpc = await this.#session.blocking(task.signal);
    return rpc.call(name, args, { timeoutMs: WORK_TIMEOUT_MS });
  }
}
