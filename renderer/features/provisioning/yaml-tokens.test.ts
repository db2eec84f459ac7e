import fc from 'fast-check';
import { expect, it } from 'vitest';
import { yamlTokenLines } from './yaml-tokens.ts';

const kinds = (line: string): string[] => (yamlTokenLines(line)[0] ?? []).map(({ kind, text }) => `${kind}:${text}`);

it.each([
  ['#cloud-config', ['comment:#cloud-config']],
  ['packages: [nginx] # why', ['name:packages', 'punctuation::', 'text: [nginx]', 'comment: # why']],
  ['  - name: "a b"', ['punctuation:  - ', 'name:name', 'punctuation::', 'value: "a b"']],
  ['ssh_pwauth: true', ['name:ssh_pwauth', 'punctuation::', 'number: true']],
  ['- ssh-ed25519 AAA me#laptop', ['punctuation:- ', 'text:ssh-ed25519 AAA me#laptop']],
  ['url: http://a:1/', ['name:url', 'punctuation::', 'text: http://a:1/']],
])('colours %j', (line, tokens) => {
  expect(kinds(line)).toEqual(tokens);
});

it('loses nothing of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const lines = yamlTokenLines(text).map((tokens) => tokens.map((token) => token.text).join(''));
      expect(lines.join('\n')).toBe(text.replace(/\r\n|\r/g, '\n'));
    }),
  );
});
