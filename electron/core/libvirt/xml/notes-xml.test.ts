import { expect, it } from 'vitest';
import { DomainXml } from './domain-xml.ts';
import { NOTES_NAMESPACE, NotesXml } from './notes-xml.ts';

const domain = (metadata: string): DomainXml => new DomainXml(`<domain type='kvm'>${metadata}</domain>`);

it('has nothing where nothing was written down', () => {
  const xml = new NotesXml(null);
  expect(xml.notes).toEqual({ tags: [], folder: null, notes: '' });
  expect(xml.isEmpty).toBe(true);
});

it('writes and reads what people type, whatever it is', () => {
  const odd = `it's <b>&amp; "odd" 😀 ]]>`;
  const xml = new NotesXml(null);
  xml.changeTags(['web', '数据库', '<&>'], []);
  xml.setFolder('shop/front & back');
  xml.setNotes(`two\nlines ${odd}`);
  expect(new NotesXml(xml.toString()).notes).toEqual({
    tags: ['web', '数据库', '<&>'],
    folder: 'shop/front & back',
    notes: `two\nlines ${odd}`,
  });
});

it('keeps what it does not know, and the order of what it does', () => {
  const xml = new NotesXml(
    `<machine owner="me"><!-- by hand --><tag since="2020">db</tag><x:cost xmlns:x="urn:x">3</x:cost><tag>old</tag><notes>n</notes></machine>`,
  );
  xml.changeTags(['db', 'new'], ['old']);
  xml.setFolder('shop');
  xml.setNotes('');
  expect(xml.toString()).toBe(
    `<machine owner="me"><!-- by hand --><tag since="2020">db</tag><x:cost xmlns:x="urn:x">3</x:cost><tag>new</tag><folder>shop</folder></machine>`,
  );
});

it('is empty again when all is taken away', () => {
  const xml = new NotesXml(`<machine><tag>a</tag><tag> a </tag><folder>f</folder></machine>`);
  expect(xml.notes.tags).toEqual(['a']);
  xml.changeTags([], ['a']);
  xml.setFolder(null);
  expect(xml.isEmpty).toBe(true);
});

it('marks a template and takes the mark away', () => {
  const xml = new NotesXml('<machine><tag>a</tag></machine>');
  xml.setTemplate(true);
  xml.setTemplate(true);
  expect(xml.toString()).toBe('<machine><tag>a</tag><template/></machine>');
  expect(xml.isTemplate).toBe(true);
  xml.setTemplate(false);
  expect(xml.toString()).toBe('<machine><tag>a</tag></machine>');
});

it('refuses what is no notes of ours', () => {
  expect(() => new NotesXml('<other/>')).toThrow(expect.objectContaining({ code: 'PROTOCOL' }));
});

it('finds the notes in a domain by their namespace, whatever the prefix', () => {
  const { notes } = domain(
    `<metadata><machine xmlns="urn:other"><tag>no</tag></machine>` +
      `<v:machine xmlns:v="${NOTES_NAMESPACE}"><v:tag>web</v:tag><v:folder>shop</v:folder></v:machine></metadata>`,
  );
  expect(notes).toEqual({ tags: ['web'], folder: 'shop', notes: '' });
  expect(
    domain(`<metadata><v:machine xmlns:v="${NOTES_NAMESPACE}"><v:template/></v:machine></metadata>`),
  ).toMatchObject({
    isTemplate: true,
  });
  expect(domain('<metadata><template/></metadata>').isTemplate).toBe(false);
  expect(domain('<metadata/>').notes).toEqual(domain('').notes);
});
