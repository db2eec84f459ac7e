import type { Connection } from '../../../shared/contract/connections.ts';
import { isKeyPairName, type KeyPair } from '../../../shared/contract/key-pairs.ts';
import { isPublicKey } from '../../../shared/model/cloud-config.ts';
import { itemKey } from '../../core-client/feeds.tsx';

/** A key pair as the table shows it. */
export interface KeyPairRow {
  /** Unique over all connections. */
  key: string;
  keyPair: KeyPair;
  /** The kind of key, e.g. `ssh-ed25519`; for a certificate its type. */
  algorithm: string;
  connection: Connection | undefined;
}

export function keyPairRowOf(keyPair: KeyPair, connections: ReadonlyMap<string, Connection>): KeyPairRow {
  return {
    key: itemKey(keyPair),
    keyPair,
    algorithm: keyPair.type === 'ssh' ? (keyPair.publicKey.split(' ', 1)[0] ?? '') : keyPair.type,
    connection: connections.get(keyPair.connectionId),
  };
}

/** What is wrong with a name; names a text (keyPairs:faults.<fault>). Null for a good one. */
export function nameFault(name: string, taken: ReadonlySet<string>): 'missing' | 'badName' | 'taken' | null {
  if (name === '') return 'missing';
  if (!isKeyPairName(name)) return 'badName';
  return taken.has(name) ? 'taken' : null;
}

/** What is wrong with a public key; names a text (keyPairs:faults.<fault>). Null for a good one. */
export function publicKeyFault(text: string): 'missing' | 'privateKey' | 'badKey' | null {
  const key = text.trim();
  if (key === '') return 'missing';
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) return 'privateKey';
  if (key.startsWith('-----BEGIN CERTIFICATE-----')) return null;
  return isPublicKey(key) ? null : 'badKey';
}

/** Whether the text is for Windows: a certificate rather than a key of OpenSSH. */
export function isCertificate(text: string): boolean {
  return text.trim().startsWith('-----BEGIN CERTIFICATE-----');
}
