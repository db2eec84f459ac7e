import { z } from 'zod';
import type { AppErrorData } from './errors.ts';

export type TaskStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** Something that takes time, followed to its true end. Lives in the core and survives a renderer reload. */
export interface Task {
  id: string;
  /** Names the text, e.g. `machine.start`; see locales/<lang>/tasks.json. */
  kind: string;
  /** What it acts on, for the text and the link. */
  target: { connectionId: string; resource: string; id: string; name: string } | null;
  /** Tasks of one bulk action share this. */
  groupId: string | null;
  status: TaskStatus;
  /** Names the current step's text; null where there is only one step. */
  step: string | null;
  /** 0 to 1, or null where it cannot be known. */
  fraction: number | null;
  /** How long the rest takes at the present speed, where the work tells; null where that is not known just now. */
  remainingMs?: number | null;
  /** How fast bytes are read or written just now, where the work tells. */
  bytesPerSecond?: number | null;
  cancelable: boolean;
  createdAt: number;
  endedAt: number | null;
  error: AppErrorData | null;
}

export const taskIdInput = z.object({ id: z.string().max(64) });
