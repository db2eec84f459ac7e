import { isMap, LineCounter, parseDocument } from 'yaml';

/** The first line by which cloud-init knows what it reads. */
export const CLOUD_CONFIG_HEADER = '#cloud-config';

/** Where a document for cloud-init is wrong. Names its text (provisioning:faults.<code>). */
export interface CloudConfigFault {
  code: 'cloudConfigHeader' | 'yaml' | 'yamlMap';
  /** From 1. */
  line: number;
  /** What the parser says; empty where the code says all. */
  message: string;
}

/** What is wrong with a user-data document in YAML; null where nothing is. */
export function userDataFault(text: string): CloudConfigFault | null {
  const [first = ''] = text.split(/\r?\n/, 1);
  if (first.trimEnd() !== CLOUD_CONFIG_HEADER) return { code: 'cloudConfigHeader', line: 1, message: '' };
  return yamlMapFault(text);
}

/** What is wrong with a network-config document (https://docs.cloud-init.io); null where nothing is. */
export function networkConfigFault(text: string): CloudConfigFault | null {
  return text.trim() === '' ? null : yamlMapFault(text);
}

function yamlMapFault(text: string): CloudConfigFault | null {
  const lineCounter = new LineCounter();
  // Values are not made, so that aliases cannot blow them up.
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    return { code: 'yaml', line: lineCounter.linePos(error.pos[0]).line, message: error.message };
  }
  // A document without any setting is one, too.
  if (document.contents === null || isMap(document.contents)) return null;
  const [at] = document.contents.range;
  return { code: 'yamlMap', line: lineCounter.linePos(at).line, message: '' };
}

/** Whether it is a host name, or one with its domain (RFC 1123). */
export function isHostName(name: string): boolean {
  return (
    name.length <= 253 && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(name)
  );
}

/** A host name as near to a machine's name as there is; empty where nothing of it can be in one. */
export function hostNameOf(machineName: string): string {
  return machineName
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
}

/** Whether useradd takes it on all systems. */
export function isUserName(name: string): boolean {
  return /^[a-z_][a-z0-9_-]{0,31}$/.test(name);
}

/** Whether it is one public key as OpenSSH writes them. */
export function isPublicKey(line: string): boolean {
  return (
    !/^\S*-cert-v01@/.test(line) && /^(ssh|ecdsa|sk)-[A-Za-z0-9@.-]+ [A-Za-z0-9+/]{16,}={0,3}( [^\r\n]*)?$/.test(line)
  );
}

/** Whether it can be the name of a package, perhaps with its version or architecture. */
export function isPackageName(name: string): boolean {
  return name.length <= 255 && /^[A-Za-z0-9][\w.+:~=@/-]*$/.test(name);
}
