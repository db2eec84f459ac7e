/// <reference types="vite/client" />
import { CompletionContext, type Completion } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { unknownParts } from './unknown-parts.ts';
import { completeXml } from './xml-completion.ts';
import { contextAfter } from './xml-context.ts';
import { XmlSchema, type SchemaTable } from './xml-schema.ts';

const [table = { roots: {}, lists: [], types: [] }] = Object.values(
  import.meta.glob<SchemaTable>('./libvirt-schema.json', { eager: true, import: 'default' }),
);
const schema = new XmlSchema(table);

/** Labels that are offered at the `|`. */
function offered(text: string, under: string[] = [], explicit = false): string[] | null {
  const pos = text.indexOf('|');
  const state = EditorState.create({ doc: text.replace('|', '') });
  const result = completeXml(schema, under)(new CompletionContext(state, pos, explicit));
  return result?.options.map(({ label }: Completion) => label) ?? null;
}

describe('completion', () => {
  it.each([
    ['the root', '<|', [], ['domain', 'network', 'pool', 'volume', 'filter']],
    ['elements in their place', `<domain type='kvm'><devices><dis|`, [], ['disk', 'graphics', 'tpm']],
    ['elements of a network', '<network><forward mode="nat"/><i|', [], ['ip', 'dns', 'portgroup']],
    ['elements that nest', '<domain><devices><disk><backingStore><backingStore><|', [], ['format', 'source']],
    ['attributes that are not there yet', `<domain><devices><disk type='file' |`, [], ['device', 'snapshot']],
    ['values', `<domain><devices><disk type='file' device='|`, [], ['cdrom', 'disk']],
    ['values in double quotes', `<domain><devices><disk device="cd|"`, [], ['cdrom']],
    ['the text of an element', '<domain><on_crash>de|', [], ['destroy', 'preserve']],
    ['in a part of a document', `<disk><driver name='qemu' cache='|`, ['domain', 'devices'], ['none', 'writeback']],
    ['what is open, to close it', '<domain><devices></|', [], ['devices']],
    ['after a comment', '<domain><!-- <network> --><devi|', [], ['devices']],
    ["QEMU's own", '<domain><|', [], ['qemu:commandline']],
  ])('offers %s', (_what, text, under, wanted) => {
    expect(offered(text, under)).toEqual(expect.arrayContaining(wanted));
  });

  it.each([
    ['in a comment', '<domain><!-- <de|'],
    ['in CDATA', '<domain><title><![CDATA[<de|'],
    ['where the schema knows nothing', '<domain><nonsense><|'],
    ['for values of a name', `<domain><devices><disk><target dev='|`],
    ['between elements, unasked', '<domain>\n  |'],
    ['for names that every object has', '<constructor><|'],
  ])('offers nothing %s', (_where, text) => {
    expect(offered(text)).toBeNull();
  });

  it('offers elements between others to whom asks, and no attribute twice', () => {
    expect(offered('<domain>\n  |', [], true)).toContain('<devices');
    expect(offered(`<domain><devices><disk type='file' device='disk' |`)).not.toContain('type');
  });

  it('knows where it is in a text that is not well-formed', () => {
    expect(contextAfter('<a><b><c></b><d e="1" f')).toEqual({
      ...{ kind: 'attribute', path: ['a', 'd'], used: ['e'] },
      from: 22,
    });
    expect(contextAfter('<a b=<')).toMatchObject({ kind: 'element' });
  });
});

describe('what the schema does not know', () => {
  const domain = (inside: string): string => `<domain type='kvm'><name>a</name><devices>${inside}</devices></domain>`;
  it.each([
    ['nothing', domain(`<disk type='file' device='disk'><target dev='vda' bus='virtio'/></disk>`), []],
    ['an element', domain('<typo><more/></typo>'), [['element', 'typo', 'devices']]],
    ['an attribute', domain(`<disk typ='file'/>`), [['attribute', 'typ', 'disk']]],
    ['a value', domain(`<disk type='flie'/>`), [['value', 'flie', 'type']]],
    ['not what is of others', `<domain><metadata><any><thing x='1'/></any></metadata><my:own/></domain>`, []],
    ['not another root', '<html><body/></html>', []],
  ])('is %s', (_what, text, wanted) => {
    const found = unknownParts(schema, text);
    expect(found.map(({ what, name, inside }) => [what, name, inside])).toEqual(wanted);
    for (const { name, from, to } of found) expect(text.slice(from, to)).toBe(name);
  });

  it('is bounded', () => {
    expect(unknownParts(schema, domain('<typo/>'.repeat(1_000))).length).toBeLessThan(60);
  });
});
