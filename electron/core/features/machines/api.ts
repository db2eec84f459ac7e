import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type {
  ConsoleLogChunk,
  Machine,
  MachineDisk,
  MachineDetails,
  MachineRef,
  RunMachinePlanInput,
  UsageSample,
} from '../../../../shared/contract/machines.ts';
import type { MachineAction } from '../../../../shared/model/machine-actions.ts';
import type { Watcher } from '../../kernel/live-list.ts';

/** Machines of all connections, as the router offers them. Throws NOT_FOUND for an unknown connection. */
export interface MachinesApi {
  watch(connectionId: string, watcher: Watcher): AsyncIterable<FeedEvent<Machine>>;
  /** Says which rows are looked at, so that what costs a call per machine is read for these only. */
  look(connectionId: string, ids: string[]): void;
  /**
   * Starts one task per machine (a group) and returns at once. Throws BAD_INPUT for `deleteDisks` with anything but
   * the deletion of one machine.
   */
  runAction(action: MachineAction, machines: MachineRef[], deleteDisks?: readonly string[]): { taskIds: string[] };
  /** As `runAction`, with the tasks in the order of the machines: those whose turn has not come wait. */
  runPlan(input: RunMachinePlanInput): { taskIds: string[] };
  /** The disks that may go with the machine. Throws UNSUPPORTED where the connection does not tell. */
  disks(ref: MachineRef, signal: AbortSignal): Promise<MachineDisk[]>;
  details(ref: MachineRef, signal: AbortSignal): Promise<MachineDetails>;
  watchUsage(ref: MachineRef, watcher: Watcher): AsyncIterable<UsageSample>;
  watchConsoleLog(ref: MachineRef, watcher: Watcher): AsyncIterable<ConsoleLogChunk>;
}
