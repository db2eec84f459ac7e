import { z } from 'zod';
import type { ConsoleKind } from '../../console/ConsolePanel.tsx';

/** Each open console keeps a stream to its host busy, and nobody looks at more. */
export const MAX_CONSOLES = 16;

/** How many consoles are seen at once. */
export const layouts = [1, 2, 4] as const;
export type Layout = (typeof layouts)[number];

/** A console of a machine. */
export interface OpenConsole {
  connectionId: string;
  id: string;
  kind: ConsoleKind;
}

/** The consoles that are open, in the order in which they stand. */
export interface Workspace {
  open: readonly OpenConsole[];
  /** The key of the one that the person works with; null where none is open. */
  current: string | null;
  layout: Layout;
}

const text = z.string().min(1).max(512);
const saved = z.object({
  open: z.array(z.object({ connectionId: text, id: text, kind: z.enum(['graphical', 'serial']) })),
  current: z.string().nullable(),
  layout: z.union([z.literal(1), z.literal(2), z.literal(4)]),
});

const nothing: Workspace = { open: [], current: null, layout: 1 };

/** Tells a console from all others. */
export function consoleKey({ connectionId, id, kind }: OpenConsole): string {
  return `${connectionId}/${id}/${kind}`;
}

/** What was saved, by this version or another; nothing where it cannot be understood. */
export function readWorkspace(value: unknown): Workspace {
  const { data } = saved.safeParse(value);
  if (data === undefined) return nothing;
  const open = [...new Map(data.open.map((each) => [consoleKey(each), each])).values()].slice(0, MAX_CONSOLES);
  return withCurrent({ ...data, open }, data.current);
}

/** Makes that console the current one, else the first. */
export function withCurrent(workspace: Workspace, key: string | null): Workspace {
  const keys = workspace.open.map(consoleKey);
  return { ...workspace, current: keys.find((each) => each === key) ?? keys[0] ?? null };
}

/** Opens consoles behind the others; `leftOut` is how many there was no room for. The first of them is the current one. */
export function withOpened(
  workspace: Workspace,
  wanted: readonly OpenConsole[],
): { workspace: Workspace; leftOut: number } {
  const open = new Map(workspace.open.map((each) => [consoleKey(each), each]));
  let leftOut = 0;
  for (const each of wanted) {
    if (open.size < MAX_CONSOLES || open.has(consoleKey(each))) open.set(consoleKey(each), each);
    else leftOut += 1;
  }
  const first = wanted.map(consoleKey).find((key) => open.has(key)) ?? workspace.current;
  // Who opens several wants to see several.
  const layout = workspace.layout > 1 || wanted.length < 2 ? workspace.layout : wanted.length === 2 ? 2 : 4;
  return { workspace: withCurrent({ layout, open: [...open.values()], current: null }, first), leftOut };
}

/** Closes a console; the one behind it, else the one before it, becomes current where it was. */
export function withClosed(workspace: Workspace, key: string): Workspace {
  const at = workspace.open.findIndex((each) => consoleKey(each) === key);
  const open = workspace.open.filter((each) => consoleKey(each) !== key);
  const next = open[at] ?? open[at - 1];
  const current = workspace.current === key && next !== undefined ? consoleKey(next) : workspace.current;
  return withCurrent({ ...workspace, open }, current);
}

/** Moves a console by one place; at the end it stays. */
export function withMoved(workspace: Workspace, key: string, by: -1 | 1): Workspace {
  const from = workspace.open.findIndex((each) => consoleKey(each) === key);
  const moved = workspace.open[from];
  const displaced = workspace.open[from + by];
  if (moved === undefined || displaced === undefined) return workspace;
  return { ...workspace, open: workspace.open.with(from, displaced).with(from + by, moved) };
}

/** Shows the machine's other console in its place; where that is open already, goes there. */
export function withKind(workspace: Workspace, key: string, kind: ConsoleKind): Workspace {
  const open = workspace.open.map((each) => (consoleKey(each) === key ? { ...each, kind } : each));
  const changed = open.find((_, at) => workspace.open[at] !== undefined && consoleKey(workspace.open[at]) === key);
  if (changed === undefined) return workspace;
  const isOpen = workspace.open.some((each) => consoleKey(each) === consoleKey(changed));
  return withCurrent(isOpen ? workspace : { ...workspace, open }, consoleKey(changed));
}

/** The consoles that are seen: as many as the layout has room for, the current one among them. */
export function shownOf({ open, current, layout }: Workspace): readonly OpenConsole[] {
  const at = open.findIndex((each) => consoleKey(each) === current);
  const first = Math.floor(Math.max(0, at) / layout) * layout;
  return open.slice(first, first + layout);
}
