import { open, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { OwnPublicKey } from '../../../../shared/contract/provisioning.ts';
import { isPublicKey } from '../../../../shared/model/cloud-config.ts';

const MAX_KEYS = 50;
/** The longest RSA keys have some 3 KB. */
const MAX_FILE_BYTES = 16 * 1024;

/** The public keys in ~/.ssh, by the names of their files. None where the directory cannot be read. */
export async function readPublicKeys(homeDir: string = homedir()): Promise<OwnPublicKey[]> {
  const dir = join(homeDir, '.ssh');
  let names: string[];
  try {
    names = await readdir(dir);
  } catch {
    // Who has no keys has no such directory; to be asked for one is answer enough.
    return [];
  }
  const files = names.filter((name) => name.endsWith('.pub')).sort();
  const keys = await Promise.all(files.slice(0, MAX_KEYS).map((file) => readKey(dir, file)));
  return keys.flatMap((key) => key ?? []);
}

/** Null for a file that cannot be read or holds no public key. */
async function readKey(dir: string, file: string): Promise<OwnPublicKey | null> {
  try {
    const handle = await open(join(dir, file));
    try {
      const stat = await handle.stat();
      if (!stat.isFile() || stat.size > MAX_FILE_BYTES) return null;
      const line = (await handle.readFile('utf8')).trim();
      return isPublicKey(line) ? { file, line } : null;
    } finally {
      await handle.close();
    }
  } catch {
    // One of another user, or a link into nowhere: the others count.
    return null;
  }
}
