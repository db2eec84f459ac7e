import { expect, it } from 'vitest';
import { newSecretXml, readSecretDescription } from './secret-xml.ts';

const secret = { usage: 'none', usageName: '', description: '', isEphemeral: false, isPrivate: true } as const;

it.each([
  [
    { ...secret, usage: 'ceph', usageName: 'client.<a> & "b"' } as const,
    '<usage type="ceph">\n    <name>client.&lt;a&gt; &amp; &quot;b&quot;</name>',
  ],
  [{ ...secret, usage: 'iscsi', usageName: 'iqn.x' } as const, '<target>iqn.x</target>'],
  [{ ...secret, usage: 'volume', usageName: '/pool/a' } as const, '<volume>/pool/a</volume>'],
  [{ ...secret, description: 'for <b>' }, '<description>for &lt;b&gt;</description>'],
])('writes %o', (input, expected) => {
  const xml = newSecretXml(input);
  expect(xml).toContain('<secret ephemeral="no" private="yes"');
  expect(xml).toContain(expected);
});

it('reads the description', () => {
  expect(readSecretDescription(newSecretXml({ ...secret, description: 'for <b>' }))).toBe('for <b>');
  expect(readSecretDescription('<secret/>')).toBeNull();
});
