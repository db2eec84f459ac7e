/** File names are made from it: room is left for what libvirt adds. */
const MAX_NAME_BYTES = 200;

/** What is wrong with the name of a new domain; null where nothing is. */
export function domainNameFault(name: string): 'nameEmpty' | 'nameCharacters' | 'nameTooLong' | null {
  if (name === '') return 'nameEmpty';
  // libvirt refuses slashes and newlines; XML has no control characters.
  if (/[/\p{Cc}]/u.test(name) || name !== name.trim() || name === '.' || name === '..') return 'nameCharacters';
  return new TextEncoder().encode(name).length > MAX_NAME_BYTES ? 'nameTooLong' : null;
}
