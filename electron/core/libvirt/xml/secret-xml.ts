import type { NewSecretInput, SecretUsage } from '../../../../shared/contract/secrets.ts';
import { child, parseRoot, textOf } from './elements.ts';
import { renderXml } from './render-xml.ts';

/** The element that names what a secret is for. */
const nameElements: Record<Exclude<SecretUsage, 'none'>, string> = {
  volume: 'volume',
  ceph: 'name',
  iscsi: 'target',
  tls: 'name',
  vtpm: 'name',
};

/** The XML of a new secret, without its value (https://libvirt.org/formatsecret.html). */
export function newSecretXml(input: Omit<NewSecretInput, 'connectionId' | 'secretValue' | 'encoding'>): string {
  const { usage, usageName, description, isEphemeral, isPrivate } = input;
  const attributes = { ephemeral: isEphemeral ? 'yes' : 'no', private: isPrivate ? 'yes' : 'no' };
  return renderXml([
    'secret',
    attributes,
    description === '' ? null : ['description', {}, description],
    usage === 'none' ? null : ['usage', { type: usage }, [nameElements[usage], {}, usageName]],
  ]);
}

/** Its description; null where it has none. Throws PROTOCOL for text that is no secret XML. */
export function readSecretDescription(text: string): string | null {
  return textOf(child(parseRoot(text, 'secret'), 'description'));
}
