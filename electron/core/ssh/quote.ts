/** One word of a POSIX shell command that means exactly `text`, whatever is in it. Throws on NUL, which no word can hold. */
export function quoteWord(text: string): string {
  if (text.includes('\0')) throw new TypeError('a shell word cannot hold NUL');
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** An argument list as one POSIX shell command. */
export function quoteCommand(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}
