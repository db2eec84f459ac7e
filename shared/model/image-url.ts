/** Longer addresses are refused by many servers. */
const MAX_URL_LENGTH = 2_048;

/** What is wrong with the address of an image; null where nothing is. Names a text (provisioning:faults.<code>). */
export function imageUrlFault(url: string): 'urlMissing' | 'urlScheme' | 'urlCredentials' | 'url' | null {
  if (url === '') return 'urlMissing';
  if (!/^https?:\/\//i.test(url)) return 'urlScheme';
  const authority = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? '';
  // They would end in the list of tasks and in logs.
  if (authority.includes('@')) return 'urlCredentials';
  return authority === '' || /[\s\p{Cc}]/u.test(url) || url.length > MAX_URL_LENGTH ? 'url' : null;
}

/** The name of the file that an address ends with; empty where it has none. */
export function fileNameOfUrl(url: string): string {
  const path = /^https?:\/\/[^/?#]+([^?#]*)/i.exec(url)?.[1] ?? '';
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name).replace(/[/\p{Cc}]/gu, '_');
  } catch {
    // A stray percent sign: as it stands it is a name as good as any.
    return name;
  }
}

/** A SHA-256 as it is given, also as a line of SHA256SUMS: 64 digits in lower case, null for none. */
export function sha256Of(text: string): string | null {
  const digits = text.trim().toLowerCase().split(/\s/)[0] ?? '';
  return /^[0-9a-f]{64}$/.test(digits) ? digits : null;
}
