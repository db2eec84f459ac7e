import type { SshTransport } from '../../ssh/transport.ts';

/** What a host offers for reaching a unix socket. */
export interface Survey {
  /** Sockets that are there and that we may write to, in the order asked for. */
  usable: string[];
  /** Sockets that are there and that we may not write to. */
  denied: string[];
  /** A netcat that knows unix sockets; null for none. */
  netcat: string | null;
  hasSocat: boolean;
}

/**
 * Prints one line per finding. Paths without a first slash are below the user's runtime directory, found as libvirt
 * finds it. In one line and without exclamation marks, because the login shell may be csh.
 */
const SCRIPT = [
  'r=${XDG_RUNTIME_DIR:-$HOME/.cache}',
  'if [ "$(id -u)" = 0 ]; then r=/run; fi',
  'for s in "$@"; do case $s in /*) ;; *) s=$r/$s ;; esac; ' +
    'if [ -w "$s" ]; then printf "usable %s\\n" "$s"; elif [ -e "$s" ]; then printf "denied %s\\n" "$s"; fi; done',
  'for p in nc ncat netcat; do if "$p" -h 2>&1 | grep -q -e -U; then printf "netcat %s\\n" "$p"; break; fi; done',
  'if command -v socat >/dev/null 2>&1; then printf "socat\\n"; fi',
  'printf "done\\n"',
].join('; ');

/** Looks around on the host. Null where it runs no POSIX shell for us. */
export async function surveyHost(
  ssh: SshTransport,
  sockets: readonly string[],
  signal: AbortSignal,
): Promise<Survey | null> {
  const { stdout } = await ssh.exec(['sh', '-c', SCRIPT, 'virtdeck', ...sockets], signal);
  const lines = stdout.split('\n').map((line) => line.replace(/\r$/, ''));
  if (!lines.includes('done')) return null;
  const all = (word: string): string[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  return {
    usable: all('usable'),
    denied: all('denied'),
    netcat: all('netcat')[0] ?? null,
    hasSocat: lines.includes('socat'),
  };
}

/** The command that joins its standard input and output to a unix socket or port; ends when the input ends. */
export function relayCommand(
  tool: { netcat: string } | 'socat',
  to: { path: string } | { host: string; port: number },
): string[] {
  if (tool === 'socat') {
    const address = 'path' in to ? `UNIX-CONNECT:${escapeSocat(to.path)}` : `TCP:${bracketed(to.host)}:${to.port}`;
    return ['socat', '-', address];
  }
  // OpenBSD's netcat stays after the end of its input unless told otherwise, and others do not know the option.
  const script =
    'if "$0" -q 2>&1 | grep "requires an argument" >/dev/null; then exec "$0" -q0 "$@"; else exec "$0" "$@"; fi';
  return ['sh', '-c', script, tool.netcat, ...('path' in to ? ['-U', to.path] : [to.host, String(to.port)])];
}

function escapeSocat(path: string): string {
  return path.replace(/[\\:,!"'[\](){}]/g, (character) => `\\${character}`);
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
