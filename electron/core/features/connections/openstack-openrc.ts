import { AppError } from '../../kernel/app-error.ts';
import { badCloud, targetOf, type CloudFromFile, type CloudSettings } from './openstack-target.ts';

const MAX_LINES = 2_000;

/** True for a text that sets `OS_` variables as an openrc file does. */
export function looksLikeOpenrc(text: string): boolean {
  return /^\s*(?:export\s+|set\s+|\$env:)?OS_[A-Z_]+\s*=/m.test(text);
}

/**
 * Reads an openrc file (also the Windows forms `set` and `$env:`) without running it: assignments of `OS_` variables,
 * quotes, and references to variables set before. What Horizon's file asks for with `read -sr` stays unknown.
 * Throws BAD_INPUT with the line.
 */
export function parseOpenrc(fileName: string, text: string): CloudFromFile {
  const lines = text.split(/\r?\n/);
  if (lines.length > MAX_LINES)
    throw new AppError('LIMIT_EXCEEDED', { detail: `${fileName}: over ${MAX_LINES} lines` });
  const variables = new Map<string, string>();
  for (const [index, line] of lines.entries()) readLine(line, variables, `${fileName} line ${index + 1}`);
  const settings: CloudSettings = {};
  for (const [name, value] of variables) {
    if (name.startsWith('OS_')) settings[name.slice('OS_'.length).toLowerCase()] = value;
  }
  const project = settings['project_name'] ?? settings['tenant_name'];
  return targetOf(project || nameOf(fileName), settings, '', fileName);
}

function nameOf(fileName: string): string {
  const base = fileName.replace(/^.*[\\/]/, '').replace(/[-_.]?openrc(\.sh)?$|\.(sh|bat|ps1|rc)$/gi, '');
  return base || 'cloud';
}

function readLine(line: string, variables: Map<string, string>, where: string): void {
  const trimmed = line.trim();
  const unset = /^unset\s+(.+)$/.exec(trimmed)?.[1];
  for (const name of unset?.split(/\s+/) ?? []) variables.delete(name);
  // `read -sr NAME` asks the person; we ask in the app.
  const asked = /^read\s+(?:-\w+\s+)*([A-Za-z_]\w*)/.exec(trimmed)?.[1];
  if (asked !== undefined) variables.delete(asked);
  const assignment = /^(?:export\s+|set\s+|\$env:)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(trimmed);
  if (assignment?.[1] === undefined || assignment[2] === undefined) return;
  const value = valueOf(assignment[2], variables, where);
  // `OS_PASSWORD=$ANSWER` after `read`: unknown, so that it is asked for.
  if (value === null) variables.delete(assignment[1]);
  else variables.set(assignment[1], value);
}

/** A shell word: bare, 'single', "double" and joined parts. Null where it refers to something unknown. */
function valueOf(word: string, variables: Map<string, string>, where: string): string | null {
  let value = '';
  let rest = word;
  while (rest !== '' && !/^(\s|;|#$|&&)/.test(rest)) {
    const single = /^'([^']*)'/.exec(rest);
    const double = /^"((?:[^"\\]|\\.)*)"/.exec(rest);
    const bare = /^(?:[^\s'"\\;#&]|\\.|(?<=\S)#)+/.exec(rest);
    const part = single ?? double ?? bare;
    if (part === null) {
      if (/^['"]/.test(rest)) throw badCloud(where, '', 'a quote is not closed');
      throw badCloud(where, '', `cannot read ${rest.slice(0, 20)}`);
    }
    const text = part[1] ?? part[0];
    const expanded = single ? text : expand(text, variables);
    if (expanded === null) return null;
    value += expanded;
    rest = rest.slice(part[0].length);
  }
  return value;
}

/** Escapes and `$NAME`, `${NAME}`, `${NAME:-default}`; a command substitution is never run and counts as unknown. */
function expand(text: string, variables: Map<string, string>): string | null {
  const unknown: string[] = [];
  const expanded = text.replace(
    /\\(.)|\$\(|`|\$\{?([A-Za-z_]\w*)(?::?-([^}]*))?\}?/g,
    (whole: string, escaped?: string, name?: string, fallback?: string) => {
      if (escaped !== undefined) return escaped;
      const value = name === undefined ? undefined : (variables.get(name) ?? fallback);
      if (value === undefined) unknown.push(whole);
      return value ?? whole;
    },
  );
  return unknown.length === 0 ? expanded : null;
}
