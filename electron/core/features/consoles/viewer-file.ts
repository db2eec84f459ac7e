import type { ViewerFile } from '../../../../shared/contract/consoles.ts';
import type { ViewerScreen } from './ports.ts';

/** No machine's name is longer in a file's. */
const MAX_NAME = 80;

/**
 * A connection file of virt-viewer (man remote-viewer, CONNECTION FILE). One with a password asks virt-viewer to delete
 * it once it was read.
 */
export function viewerFile(screen: ViewerScreen, withPassword: boolean): ViewerFile {
  const { machineName } = screen;
  const password = withPassword ? screen.password : null;
  const entries: [string, string | number][] = [
    ['type', screen.type],
    ['host', screen.host],
    ['port', screen.port],
    ['title', machineName],
  ];
  if (password !== null) entries.push(['password', password], ['delete-this-file', 1]);
  const lines = entries.map(([key, value]) => `${key}=${escapeValue(String(value))}\n`);
  const name = machineName
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[._]+/, '')
    .slice(0, MAX_NAME);
  return { name: `${name === '' ? 'machine' : name}.vv`, text: `[virt-viewer]\n${lines.join('')}` };
}

/** As GLib's key files write values: one line, backslashes and a leading space escaped. */
function escapeValue(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/^ /, '\\s');
}
