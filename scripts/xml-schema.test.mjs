import { expect, it } from 'vitest';
import { schemaTable } from './xml-schema.mjs';

const grammar = (body) => `<grammar xmlns="http://relaxng.org/ns/structure/1.0">${body}</grammar>`;
const files = {
  'main.rng': grammar(`
    <start><ref name="thing"/></start>
    <include href="common.rng"><define name="mode"><choice><value>a</value><value>b</value></choice></define></include>
    <define name="thing"><element name="thing"><interleave>
      <choice><element name="part"><attribute name="type"><value>one</value></attribute><ref name="part"/></element>
        <element name="part"><attribute name="type"><value>two</value></attribute></element></choice>
      <element name="free"><zeroOrMore><element><anyName/></element></zeroOrMore></element>
      <element name="command" ns="http://libvirt.org/schemas/domain/qemu/1.0"><empty/></element>
    </interleave></element></define>`),
  'common.rng': grammar(`
    <define name="mode"><value>overridden</value></define>
    <define name="part"><optional><attribute name="mode"><ref name="mode"/></attribute></optional>
      <element name="size"><choice><value>auto</value><data type="int"/></choice></element>
      <zeroOrMore><element name="nested"><ref name="part"/></element></zeroOrMore></define>`),
};

it('tells the elements, attributes and values of each place, of alternatives all, also where they nest', () => {
  const { roots, lists, types } = schemaTable(['main.rng'], (file) => files[file]);
  const thing = types[roots.thing];
  expect(Object.keys(thing.c)).toEqual(['free', 'part', 'qemu:command']);
  expect(types[thing.c.free]).toEqual({ x: 1 });
  const part = types[thing.c.part];
  expect([lists[part.a.type], lists[part.a.mode]]).toEqual(['one two', 'a b']);
  expect(lists[types[part.c.size].t]).toBe('auto *');
  const nested = types[part.c.nested];
  expect(types[nested.c.nested]).toBe(nested);
});
