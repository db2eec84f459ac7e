import { expect, it } from 'vitest';
import { isFolder, isNotesText, isTag, MAX_NOTES_LENGTH } from './notes.ts';

it.each(['web', 'tier:1', '数据库', 'a/b', '<b>', 'x'.repeat(64)])('takes %s for a tag', (tag) => {
  expect(isTag(tag)).toBe(true);
});

it.each(['', 'two words', 'a,b', 'a\u0000', 'x'.repeat(65)])('does not take %j for a tag', (tag) => {
  expect(isTag(tag)).toBe(false);
});

it.each(['shop', 'shop/front end', '商店/前端', 'a/b/c/d/e/f/g/h'])('takes %s for a folder', (folder) => {
  expect(isFolder(folder)).toBe(true);
});

it.each(['', '/', '/shop', 'shop/', 'a//b', ' a', 'a/ b', 'a/b/c/d/e/f/g/h/i', 'a\nb', 'x'.repeat(65)])(
  'does not take %j for a folder',
  (folder) => {
    expect(isFolder(folder)).toBe(false);
  },
);

it('takes any text that XML can hold for notes', () => {
  expect(isNotesText('two\n\tlines & <b> 😀')).toBe(true);
  expect(isNotesText('bell \u0007')).toBe(false);
  expect(isNotesText('x'.repeat(MAX_NOTES_LENGTH + 1))).toBe(false);
});
