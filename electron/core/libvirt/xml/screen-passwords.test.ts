import { describe, expect, it } from 'vitest';
import { withPasswordsOf } from './screen-passwords.ts';

const domain = (...devices: string[]): string =>
  `<domain type='kvm'>\n  <!-- <graphics type='vnc'> -->\n  <title>a "b"</title>\n  <devices>\n    <disk/>${devices.join('')}\n  </devices>\n</domain>\n`;
const vnc = (rest = ''): string => `<graphics type='vnc' port='-1'${rest}><listen type='address'/></graphics>`;
const spice = (rest = ''): string => `<graphics type='spice'${rest}/>`;

describe('the passwords of screens', () => {
  it.each([
    [
      'go where the screen still is, all else as it was written',
      [domain(vnc(), spice()), domain(spice(` passwd='a&amp;$1&lt;'`), vnc(` passwd="it's"`))],
      domain(vnc(` passwd='it&apos;s'`), spice(` passwd='a&amp;$1&lt;'`)),
      [],
    ],
    [
      'bring until when they are good',
      [
        domain(vnc(` passwdValidTo='2020-01-01T00:00:00'`)),
        domain(vnc(` passwd='x' passwdValidTo='2030-01-01T00:00:00'`)),
      ],
      domain(vnc(` passwd='x' passwdValidTo='2030-01-01T00:00:00'`)),
      [],
    ],
    [
      'are never the asterisks of newer daemons',
      [domain(vnc(` passwd='*****'`)), domain(vnc())],
      domain(vnc()),
      [{ why: 'absent', part: 'graphics', label: 'vnc' }],
    ],
    [
      'are missed where the screen comes back, or goes',
      [domain(vnc()), domain(spice(` passwd='x'`))],
      domain(vnc()),
      [
        { why: 'dropped', part: 'graphics', label: 'spice' },
        { why: 'absent', part: 'graphics', label: 'vnc' },
      ],
    ],
    ['are not missed where there were none', [domain(vnc()), domain(vnc())], domain(vnc()), []],
  ] as const)('%s', (_what, [older, secure], text, lost) => {
    expect(withPasswordsOf(older, secure)).toEqual({ text, lost });
  });
});
