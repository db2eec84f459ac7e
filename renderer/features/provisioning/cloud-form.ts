import type { CloudConfigForm, CloudInitInput, ImageWay } from '../../../shared/contract/provisioning.ts';
import {
  isHostName,
  isPackageName,
  isPublicKey,
  isUserName,
  networkConfigFault,
  userDataFault,
  type CloudConfigFault,
} from '../../../shared/model/cloud-config.ts';
import type { AddFault } from './faults.ts';

/** What a person has entered for a machine from a cloud image. */
export interface CloudForm {
  way: ImageWay;
  /** Null where the suggestion stands. */
  hostName: string | null;
  userName: string;
  password: string;
  /** Public keys that were chosen of this computer's. */
  ownKeys: readonly string[];
  /** Others, one on a line. */
  otherKeys: string;
  /** Parted by spaces, commas or line ends. */
  packages: string;
  /** Whether the text below counts, and not the fields. */
  isByHand: boolean;
  /** The user-data document; null until it is looked at. */
  userData: string | null;
  hasNetworkConfig: boolean;
  networkConfig: string;
}

/** A network-config to start from: what cloud-init does by itself. */
const NETWORK_EXAMPLE = `version: 2
ethernets:
  first:
    match:
      name: "e*"
    dhcp4: true
`;

export function emptyCloudForm(): CloudForm {
  return {
    way: 'copy',
    hostName: null,
    userName: '',
    password: '',
    ownKeys: [],
    otherKeys: '',
    packages: '',
    isByHand: false,
    userData: null,
    hasNetworkConfig: false,
    networkConfig: NETWORK_EXAMPLE,
  };
}

/** What the fields ask cloud-init for. */
export function cloudConfigOf({ userName, password, ownKeys, otherKeys, packages }: CloudForm): CloudConfigForm {
  return {
    userName,
    password,
    sshKeys: [...new Set([...ownKeys, ...linesOf(otherKeys)])],
    packages: [...new Set(packages.split(/[\s,]+/).filter((name) => name !== ''))],
  };
}

/** Whether nobody can log in with what the fields say. */
export function isLockedOut(form: CloudForm): boolean {
  const { password, sshKeys } = cloudConfigOf(form);
  return !form.isByHand && password === '' && sshKeys.length === 0;
}

/** Everything that can be known to be wrong before cloud-init reads it. */
export function addCloudFaults(form: CloudForm, hostName: string, add: AddFault): void {
  if (!isHostName(hostName)) add('hostName', hostName === '' ? 'hostNameMissing' : 'hostName');
  if (form.isByHand) addDocumentFault('userData', userDataFault(form.userData ?? ''), add);
  else {
    const { packages } = cloudConfigOf(form);
    if (form.userName !== '' && !isUserName(form.userName)) add('userName', 'userName');
    const bad = form.otherKeys.split('\n').findIndex((line) => line.trim() !== '' && !isPublicKey(line.trim()));
    if (bad !== -1) add('otherKeys', 'publicKey', { line: bad + 1 });
    const notOne = packages.find((name) => !isPackageName(name));
    if (notOne !== undefined) add('packages', 'packageName', { name: notOne });
  }
  if (form.hasNetworkConfig) addDocumentFault('networkConfig', networkConfigFault(form.networkConfig), add);
}

function addDocumentFault(field: 'userData' | 'networkConfig', fault: CloudConfigFault | null, add: AddFault): void {
  if (fault !== null) add(field, fault.code, { line: fault.line, message: fault.message });
}

/** What the core is asked for, of a form without faults. */
export function cloudInputOf(form: CloudForm, hostName: string, seed: CloudInitInput['seed']): CloudInitInput {
  return {
    seed,
    hostName,
    userData: form.isByHand ? { kind: 'text', text: form.userData ?? '' } : { kind: 'form', form: cloudConfigOf(form) },
    networkConfig: form.hasNetworkConfig ? form.networkConfig : '',
  };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
