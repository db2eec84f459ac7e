import { AppError } from '../kernel/app-error.ts';
import { configArguments, type SshHostConfig } from './config.ts';
import { parseJumps } from './jump.ts';
import type { SshTarget } from './target.ts';

/** Options that hold whatever ~/.ssh/config says: nothing is forwarded to the host, nothing local is run for it. */
const fixedOptions: readonly string[] = [
  'ControlPersist=no',
  'EscapeChar=none',
  'RequestTTY=no',
  'ForwardAgent=no',
  'ForwardX11=no',
  'RemoteCommand=none',
  'ClearAllForwardings=yes',
  'UpdateHostKeys=no',
  'LogLevel=INFO',
  'TCPKeepAlive=yes',
  // A dead network shows within 45 s, as with ssh2.
  'ServerAliveInterval=15',
  'ServerAliveCountMax=2',
  'ConnectTimeout=20',
  'NumberOfPasswordPrompts=3',
];

const authOptions: Readonly<Record<SshTarget['auth'], readonly string[]>> = {
  auto: [],
  agent: ['PasswordAuthentication=no'],
  key: ['PasswordAuthentication=no'],
  password: ['PubkeyAuthentication=no', 'GSSAPIAuthentication=no'],
};

/** The arguments for one host, up to and with its name. Throws BAD_INPUT for a name that would be taken for an option. */
export function clientArguments(
  target: SshTarget,
  strictness: SshHostConfig['strictHostKeyChecking'],
  homeDir: string | undefined,
): string[] {
  const options = [...fixedOptions, ...authOptions[target.auth]];
  if (target.verifyHost === 'ignore') {
    options.push('StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'GlobalKnownHostsFile=/dev/null');
  } else {
    // Said again, because a configured `no` would let a changed key pass.
    options.push(`StrictHostKeyChecking=${target.verifyHost === 'auto' ? 'accept-new' : strictness}`);
    if (target.knownHostsFile !== undefined) options.push(`UserKnownHostsFile=${quoteValue(target.knownHostsFile)}`);
  }
  if (target.auth === 'key' && target.keyFile !== undefined) options.push('IdentitiesOnly=yes');
  const argv = options.flatMap((option) => ['-o', option]);
  argv.push(...configArguments(homeDir));
  if (target.user !== undefined) argv.push('-l', safe(target.user));
  if (target.port !== undefined) argv.push('-p', String(target.port));
  if (target.keyFile !== undefined) argv.push('-i', target.keyFile);
  if (target.proxyJump !== '') {
    // Checked first: the client hands the value to a shell.
    const isNone = parseJumps(target.proxyJump).length === 0;
    argv.push(...(isNone ? ['-o', 'ProxyJump=none'] : ['-J', target.proxyJump]));
  }
  return [...argv, '--', safe(target.host)];
}

function safe(text: string): string {
  if (text === '' || text.startsWith('-') || /[\s\0'"`$\\;&|<>()]/.test(text)) {
    throw new AppError('BAD_INPUT', { params: { what: text }, detail: 'not a host or user name' });
  }
  return text;
}

/** A value of ssh_config(5) that may hold spaces. */
function quoteValue(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
