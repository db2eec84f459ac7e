import { describe, expect, it } from 'vitest';
import { findXmlProblem, refusedLine } from './xml-problems.ts';

describe('findXmlProblem', () => {
  it('finds none in a document that is well-formed', () => {
    expect(findXmlProblem("<domain type='kvm'>\n  <name>a &amp; b</name>\n</domain>")).toBeNull();
  });

  it('finds a tag that is not closed', () => {
    expect(findXmlProblem('<domain>\n  <name>a</nam>\n</domain>')?.message).not.toBe('');
    expect(findXmlProblem('<domain>')).not.toBeNull();
    expect(findXmlProblem('')).not.toBeNull();
  });
});

describe('refusedLine', () => {
  const text = ['<domain>', '  <memory>abc</memory>', '  <vcpu foo="1">2</vcpu>', '</domain>'].join('\n');
  const schema = (words: string): string =>
    `XML document failed to validate against schema: Unable to validate doc against /s/domain.rng\n${words}`;
  it.each([
    ['the line it names', 'XML error: (domain_definition):12: Opening and ending tag mismatch', null, 12],
    ['the line of a network', '(network_definition):3: xmlParseEntityRef: no name', null, 3],
    ['the part that we do not know either', schema('Extra element vcpu in interleave'), 2, 1],
    ['the element it names', schema('Extra element vcpu in interleave\nElement domain failed'), null, 3],
    ['the value it names', schema("Type unsignedLong doesn't allow value 'abc'\nExtra element vcpu"), null, 2],
    ['none of an element that is not there', schema('Extra element nothing in interleave'), null, null],
    ['none where it is no complaint of the text', 'unsupported configuration: no bus 12', 5, null],
  ])('is %s', (_what, words, unknownAt, line) => {
    expect(refusedLine(words, text, unknownAt)).toBe(line);
  });
});
