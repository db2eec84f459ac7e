import { expect, it } from 'vitest';
import { withIdentity } from './domain-identity.ts';

const identity = { id: 'the-id', name: 'a "b" & <c>' };

it('sets name and UUID and leaves all else', () => {
  const text = `<domain type='qemu' xmlns:q='urn:q'>
  <!-- mine -->
  <name>x</name><uuid>y</uuid>
  <q:commandline><q:arg value='-s &amp; -S'/></q:commandline>
</domain>`;
  const changed = withIdentity(text, identity);
  expect(changed).toContain('<name>a "b" &amp; &lt;c&gt;</name><uuid>the-id</uuid>');
  expect(changed).toContain('<!-- mine -->');
  expect(changed).toContain('<q:arg value="-s &amp; -S"/>');
  expect(withIdentity(changed, identity)).toBe(changed);
});

it('adds them where they are missing, and refuses another document', () => {
  expect(withIdentity('<domain/>', identity)).toMatch(/<name>.*<\/name><uuid>the-id<\/uuid>/);
  expect(() => withIdentity('<network/>', identity)).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
});
