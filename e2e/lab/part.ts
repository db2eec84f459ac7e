/** What `up` can start, each by itself. */
export const partNames = ['libvirt', 'sshd', 'openstack'] as const;
export type PartName = (typeof partNames)[number];

/** Where a part says what it does: every line goes to its log and those for people to the terminal too. */
export interface PartLog {
  say(text: string): void;
  /** For the log alone. */
  write(text: string): void;
}

/** One part of the lab. */
export interface Part {
  name: PartName;
  /** Starts what is not running. Rejects with an Error for people, whose details are in the log. */
  up(log: PartLog): Promise<void>;
  /** Stops what the lab started of it, and nothing else; `wipe` also removes its data. */
  down(log: PartLog, options: { wipe: boolean }): Promise<void>;
  /** Why it is of no use now; '' where it runs. Takes at most a few seconds. */
  check(): Promise<string>;
  /** What one can do with it: a line each. */
  hints(): string[];
}
