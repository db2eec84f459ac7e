/** Versions that are told by a name of their own. */
const codeNames: Record<string, string> = {
  trixie: 'debian13',
  bookworm: 'debian12',
  bullseye: 'debian11',
  noble: 'ubuntu24.04',
  jammy: 'ubuntu22.04',
  focal: 'ubuntu20.04',
};

/** How makers call their images, with spaces between the words; the first that fits counts. `$1` is the version. */
const patterns: readonly [pattern: RegExp, osId: string][] = [
  [/\bdebian (?:\w+ )*?(13|12|11)\b/, 'debian$1'],
  [/\bubuntu\b.*?\b(24\.04|22\.04|20\.04)\b/, 'ubuntu$1'],
  [/\bfedora\b.*?\b(43|42)\b/, 'fedora$1'],
  [/\bcentos stream\b.*?\b(10|9)\b/, 'centos-stream$1'],
  [/\bcentos 7\b/, 'centos7'],
  [/\b(?:rhel|rocky|almalinux)(?: \w+)*? (10|9|8)\b/, 'rhel$1'],
  [/\bopensuse tumbleweed\b/, 'opensuse-tumbleweed'],
  [/\bopensuse leap 15\b/, 'opensuse15'],
  [/\bsle[sd]? 15\b/, 'sles15'],
  [/\balpine\b/, 'alpine'],
  [/\bfreebsd 14\b|^14 \d+ release\b/, 'freebsd14'],
  [/\barch(?:linux)? \d{4}/, 'arch'],
  [/\bserver (?:\w+ )*?(2025|2022|2019|2016)\b/, 'win$1'],
  [/\bwin(?:dows)? ?(11|10)\b/, 'win$1'],
];

/**
 * The id of the OsProfile that an image is for, by the label that is in it and by the name of its file; null where
 * neither tells.
 */
export function detectOs(texts: readonly (string | null)[]): string | null {
  for (const each of texts) {
    const text = (each ?? '').toLowerCase().replace(/[\s_-]+/g, ' ');
    for (const [pattern, osId] of patterns) {
      const found = pattern.exec(text);
      if (found !== null) return osId.replace('$1', found[1] ?? '');
    }
    const name = text.split(/[^a-z]/).find((word) => codeNames[word] !== undefined);
    if (name !== undefined) return codeNames[name] ?? null;
  }
  return null;
}
