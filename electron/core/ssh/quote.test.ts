import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteCommand, quoteWord } from './quote.ts';

/** The words that a shell makes of a command. */
function wordsOf(command: string): string[] {
  const script = `for word in ${command}; do printf '%s\\0' "$word"; done`;
  const { stdout, status } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    timeout: 10_000,
    env: { HOME: '/wrong' },
  });
  expect(status).toBe(0);
  return stdout.split('\0').slice(0, -1);
}

const nasty = [
  '',
  ' ',
  "it's",
  '"double"',
  '$HOME `id` $(id) ${HOME}',
  'a\nb\r\tc',
  '\\',
  "'",
  "''",
  '; rm -rf /',
  '-n',
  '~',
  '*',
  '!!',
  '{a,b}',
  '#x',
  '虚拟机 🙂',
  '<script>',
  'a=b',
];

describe.skipIf(process.platform === 'win32')('a quoted word', () => {
  it('means itself to a real shell', () => {
    expect(wordsOf(quoteCommand(nasty))).toEqual(nasty);
  });

  it('means itself, whatever it is', () => {
    const letter = fc.constantFrom("'", '"', '\\', '$', '`', ' ', '\n', ';', '&', '(', '*', '~', '!', 'a', 'é', '🙂');
    const word = fc.array(letter, { maxLength: 12 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        expect(wordsOf(quoteCommand(words))).toEqual(words);
      }),
      { numRuns: 100 },
    );
  });

  it('survives being quoted twice, as a command inside of a command', () => {
    const inner = quoteCommand(['printf', '%s', "it's $HOME"]);
    const { stdout } = spawnSync('sh', ['-c', quoteCommand(['sh', '-c', inner])], { encoding: 'utf8' });
    expect(stdout).toBe("it's $HOME");
  });
});

describe('quoting', () => {
  it('leaves plain words readable', () => {
    expect(quoteCommand(['nc', '-U', '/run/libvirt/libvirt-sock'])).toBe('nc -U /run/libvirt/libvirt-sock');
  });

  it('refuses what no word can hold', () => {
    expect(() => quoteWord('a\0b')).toThrow(TypeError);
  });
});
