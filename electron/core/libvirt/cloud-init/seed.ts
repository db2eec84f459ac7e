import { stringify } from 'yaml';
import type { CloudConfigForm, CloudInitInput } from '../../../../shared/contract/provisioning.ts';
import { CLOUD_CONFIG_HEADER } from '../../../../shared/model/cloud-config.ts';
import { osProfileOf } from '../../../../shared/model/os-profiles.ts';
import { isoImage } from './iso9660.ts';
import { newSalt, sha512Crypt } from './sha512-crypt.ts';

/** The label by which cloud-init's datasource NoCloud finds its files. */
const LABEL = 'cidata';

/** A user-data document of what the form asks for. The password is hashed with a new salt each time. */
export function userDataOf(form: CloudConfigForm, osId: string): string {
  const { userName, password, sshKeys, packages } = form;
  const hash = password === '' ? null : sha512Crypt(password, newSalt());
  const keys = sshKeys.length > 0 ? { ssh_authorized_keys: sshKeys } : {};
  const account =
    userName === ''
      ? { ...(hash !== null && { password: hash, chpasswd: { expire: false } }), ...keys }
      : {
          users: [
            'default',
            {
              name: userName,
              sudo: 'ALL=(ALL) NOPASSWD:ALL',
              // useradd's own shell of some systems has no line editing.
              ...(osProfileOf(osId).hasBash && { shell: '/bin/bash' }),
              ...(hash !== null && { lock_passwd: false, passwd: hash }),
              ...keys,
            },
          ],
        };
  const settings = {
    ...account,
    ...(hash !== null && { ssh_pwauth: true }),
    ...(packages.length > 0 && { package_update: true, packages }),
  };
  return `${CLOUD_CONFIG_HEADER}\n${Object.keys(settings).length === 0 ? '' : stringify(settings, { lineWidth: 0 })}`;
}

/**
 * The CD from which cloud-init sets up a machine at its first start. `instanceId` tells it that this is a machine that
 * it has not seen before.
 */
export function seedImage(input: CloudInitInput, osId: string, instanceId: string, writtenAt: Date): Buffer {
  const { hostName, userData, networkConfig } = input;
  const documents = {
    'meta-data': stringify({ 'instance-id': instanceId, 'local-hostname': hostName }),
    'user-data': userData.kind === 'form' ? userDataOf(userData.form, osId) : userData.text,
    ...(networkConfig.trim() !== '' && { 'network-config': networkConfig }),
  };
  const files = Object.entries(documents).map(([name, text]) => ({ name, content: Buffer.from(text, 'utf8') }));
  return isoImage(LABEL, files, writtenAt);
}
