import type { LostPassword } from '../../../../shared/contract/documents.ts';
import { domainDevices } from './domain-devices.ts';
import { placeOf, startTagWith } from './element-places.ts';
import { attribute, parseRoot } from './elements.ts';

/** With a password goes until when it is good. */
const secretNames = ['passwd', 'passwdValidTo'] as const;

/**
 * Domain XML that was read without VIR_DOMAIN_XML_SECURE, with the passwords of screens from `secure`, which was read
 * with it, where it has the same screen; and which passwords go away. All else stays as it is written.
 */
export function withPasswordsOf(text: string, secure: string): { text: string; lost: LostPassword[] } {
  const root = parseRoot(text, 'domain');
  const screens = domainDevices(root).filter(({ kind }) => kind === 'graphics');
  const present = domainDevices(parseRoot(secure, 'domain')).filter(({ kind }) => kind === 'graphics');
  const lost: LostPassword[] = present
    .filter(({ key, element }) => attribute(element, 'passwd') !== null && !screens.some((each) => each.key === key))
    .map(({ kind, label }) => ({ why: 'dropped', part: kind, label }));
  let written = text;
  // From the end, so that the places of those before stay right.
  for (const { key, kind, label, element } of screens.toReversed()) {
    const source = present.find((each) => each.key === key)?.element ?? null;
    // Newer libvirt writes asterisks in place of a password; they must not become one.
    const hadPassword = attribute(element, 'passwd') !== null || attribute(element, 'passwdValidTo') !== null;
    const hasPassword = attribute(source, 'passwd') !== null;
    if (!hasPassword && (source === null || hadPassword)) lost.push({ why: 'absent', part: kind, label });
    if (!hasPassword && !hadPassword) continue;
    const { start, tagEnd } = placeOf(text, root, element);
    const tag = startTagWith(
      text.slice(start, tagEnd),
      Object.fromEntries(secretNames.map((name) => [name, attribute(source, name)])),
    );
    written = written.slice(0, start) + tag + written.slice(tagEnd);
  }
  return { text: written, lost };
}
