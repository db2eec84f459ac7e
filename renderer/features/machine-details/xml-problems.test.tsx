import { describe, expect, it } from 'vitest';
import { findXmlProblem, libvirtLine } from './xml-problems.ts';

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

describe('libvirtLine', () => {
  it('is the line that libvirt names, if it does', () => {
    expect(libvirtLine('XML error: (domain_definition):12: Opening and ending tag mismatch')).toBe(12);
    expect(libvirtLine('unsupported configuration: no bus 12')).toBeNull();
  });
});
