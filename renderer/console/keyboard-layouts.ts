/**
 * What the keys of a keyboard make: plain, with Shift and with AltGr, a character for each key in the order of `keyCodes`; a
 * space where a key makes none. `dead` names those keys of each level that wait for the next one.
 */
export interface KeyboardLayout {
  levels: readonly [string, string, string];
  dead: readonly [string, string, string];
}

/** The keys that make characters, as KeyboardEvent.code, row by row. */
export const keyCodes: readonly string[] = [
  'Backquote',
  ...Array.from('1234567890', (digit) => `Digit${digit}`),
  'Minus',
  'Equal',
  ...Array.from('QWERTYUIOP', (letter) => `Key${letter}`),
  'BracketLeft',
  'BracketRight',
  'Backslash',
  ...Array.from('ASDFGHJKL', (letter) => `Key${letter}`),
  'Semicolon',
  'Quote',
  'IntlBackslash',
  ...Array.from('ZXCVBNM', (letter) => `Key${letter}`),
  'Comma',
  'Period',
  'Slash',
  'IntlRo',
  'IntlYen',
];

/** By language, and country where one language has several. From xkeyboard-config 2.35. */
export const keyboardLayouts = {
  'en-US': {
    levels: [
      "`1234567890-=qwertyuiop[]\\asdfghjkl;'<zxcvbnm,./",
      '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:">ZXCVBNM<>?',
      '',
    ],
    dead: ['', '', ''],
  },
  'en-GB': {
    levels: [
      "`1234567890-=qwertyuiop[]#asdfghjkl;'\\zxcvbnm,./",
      '¬!"£$%^&*()_+QWERTYUIOP{}~ASDFGHJKL:@|ZXCVBNM<>?',
      '|¹²³€½¾{[]}\\¸@ſe¶ŧ←↓→øþ¨~`æßðđŋħ ĸł´^|«»¢„“”µ•·',
    ],
    dead: ['', '', 'Equal BracketLeft BracketRight Backslash Semicolon Quote'],
  },
  de: {
    levels: [
      '^1234567890ß´qwertzuiopü+#asdfghjklöä<yxcvbnm,.-',
      '°!"§$%&/()=?`QWERTZUIOPÜ*\'ASDFGHJKLÖÄ>YXCVBNM;:_',
      '′¹²³¼½¬{[]}\\¸@ſ€¶ŧ←↓→øþ¨~’æſðđŋħ ĸł˝^|»«¢„“”µ·…–',
    ],
    dead: ['Backquote Equal', 'Equal', 'Equal BracketLeft Semicolon Quote'],
  },
  'de-CH': {
    levels: [
      "§1234567890'^qwertzuiopü¨$asdfghjklöä<yxcvbnm,.-",
      '°+"*ç%&/()=?`QWERTZUIOPè!£ASDFGHJKLéà>YXCVBNM;:_',
      '¬|@#¼½¬|¢]}´~@ſ€¶ŧ←↓→œþ[]}æßðđŋħ ĸł´{\\«»¢„“”µ•·',
    ],
    dead: ['Equal BracketRight', 'Equal', 'Minus Equal Semicolon'],
  },
  fr: {
    levels: [
      '²&é"\'(-è_çà)=azertyuiop^$*qsdfghjklmù<wxcvbn,;:!',
      '~1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%>WXCVBN?./§',
      '¬¹~#{[|`\\^@]}æ«€¶ŧ←↓→øþ¨¤`@ßðđŋħ ĸłµ^|ł»¢„“”´•·',
    ],
    dead: ['BracketLeft', 'BracketLeft', 'BracketLeft Backslash Quote KeyM'],
  },
  'fr-BE': {
    levels: [
      '²&é"\'(§è!çà)-azertyuiop^$µqsdfghjklmù<wxcvbn,;:=',
      '³1234567890°_AZERTYUIOP¨*£QSDFGHJKLM%>WXCVBN?./+',
      '¬|@#¼½^{[{}\\¸@ſ€¶ŧ←↓→œþ[]`æßðđŋħ ĸł´´\\«»¢„“”¸•·~',
    ],
    dead: ['BracketLeft', 'BracketLeft', 'Equal Backslash Semicolon Quote KeyM Slash'],
  },
  'fr-CA': {
    levels: [
      '#1234567890-=qwertyuiop^¸<asdfghjkl;`«zxcvbnm,.é',
      '|!"/$%?&*()_+QWERTYUIOP^¨>ASDFGHJKL:`»ZXCVBNM\'.É',
      '\\±@£¢¤¬¦²³¼½¾        §¶[]}         ~{°      µ¯­´',
    ],
    dead: ['BracketLeft BracketRight Quote', 'BracketLeft BracketRight Quote', 'Slash'],
  },
  'fr-CH': {
    levels: [
      "§1234567890'^qwertzuiopè¨$asdfghjkléà<yxcvbnm,.-",
      '°+"*ç%&/()=?`QWERTZUIOPü!£ASDFGHJKLöä>YXCVBNM;:_',
      '¬|@#¼½¬|¢]}´~@ſ€¶ŧ←↓→œþ[]}æßðđŋħ ĸł´{\\«»¢„“”µ•·',
    ],
    dead: ['Equal BracketRight', 'Equal', 'Minus Equal Semicolon'],
  },
  es: {
    levels: [
      "º1234567890'¡qwertyuiop`+çasdfghjklñ´<zxcvbnm,.-",
      'ª!"·$%&/()=?¿QWERTYUIOP^*ÇASDFGHJKLÑ¨>ZXCVBNM;:_',
      '\\|@#~½¬{[]}\\¸@ſ€¶ŧ←↓→øþ[]}æßðđŋħ ĸł~{|«»¢„“”µ•·',
    ],
    dead: ['BracketLeft Quote', 'BracketLeft Quote', 'Equal Semicolon'],
  },
  'es-419': {
    levels: [
      "|1234567890'¿qwertyuiop´+}asdfghjklñ{<zxcvbnm,.-",
      '°!"#$%&/()=?¡QWERTYUIOP¨*]ASDFGHJKLÑ[>ZXCVBNM;:_',
      '¬|@·~½¬{[]}\\¸@ſ€¶ŧ←↓→øþ¨~`æßðđŋħ ĸł~^\\«»¢„“”µ•·',
    ],
    dead: ['BracketLeft', 'BracketLeft', 'Equal BracketLeft Backslash Quote'],
  },
  it: {
    levels: [
      "\\1234567890'ìqwertyuiopè+ùasdfghjklòà<zxcvbnm,.-",
      '|!"£$%&/()=?^QWERTYUIOPé*§ASDFGHJKLç°>ZXCVBNM;:_',
      '¬¹²³¼½¬{[]}`~@ſ€¶ŧ←↓→øþ[]`æßðđŋħ ĸł@#««»¢“”ñµ´·¯',
    ],
    dead: ['', '', 'Backslash Comma Slash'],
  },
  pt: {
    levels: [
      "\\1234567890'«qwertyuiop+´~asdfghjklçº<zxcvbnm,.-",
      '|!"#$%&/()=?»QWERTYUIOP*`^ASDFGHJKLÇª>ZXCVBNM;:_',
      '¬¹@£§½¬{[]}\\¸@ſ€¶ŧ←↓→øþ¨~`æßðđŋħ ĸł´^\\«»¢„“”µ•·',
    ],
    dead: [
      'BracketRight Backslash',
      'BracketRight Backslash',
      'Equal BracketLeft BracketRight Backslash Semicolon Quote',
    ],
  },
  'pt-BR': {
    levels: [
      "'1234567890-=qwertyuiop´[]asdfghjklç~\\zxcvbnm,.;/",
      '"!@#$%¨&*()_+QWERTYUIOP`{}ASDFGHJKLÇ^|ZXCVBNM<>:?',
      '¬¹²³£¢¬{[]}\\§/?°®ŧ←↓→øþ´ªºæßðđŋħ ĸł´~ˇ«»©„“”µ•· °',
    ],
    dead: ['BracketLeft Quote', 'Digit6 BracketLeft Quote', 'Semicolon IntlBackslash'],
  },
  da: {
    levels: [
      "½1234567890+´qwertyuiopå¨'asdfghjklæø<zxcvbnm,.-",
      '§!"#¤%&/()=?`QWERTYUIOPÅ^*ASDFGHJKLÆØ>ZXCVBNM;:_',
      '¾¡@£$½¥{[]}±|@ſ€®þ←↓→œþ¨~˝ªßðđŋħ ĸł´^\\«»©„“”µ¸·',
    ],
    dead: ['Equal BracketRight', 'Equal BracketRight', 'BracketLeft BracketRight Backslash Semicolon Quote Comma'],
  },
  nb: {
    levels: [
      "|1234567890+\\qwertyuiopå¨'asdfghjkløæ<zxcvbnm,.-",
      '§!"#¤%&/()=?`QWERTYUIOPÅ^*ASDFGHJKLØÆ>ZXCVBNM;:_',
      '¦¡@£$½¥{[]}±´@ſ€®þ←↓→œπ¨~˝ªßðđŋħ ĸł´^½«»©„“”µ¸…–',
    ],
    dead: ['BracketRight', 'Equal BracketRight', 'Equal BracketLeft BracketRight Backslash Semicolon Quote Comma'],
  },
  sv: {
    levels: [
      "§1234567890+´qwertyuiopå¨'asdfghjklöä<zxcvbnm,.-",
      '½!"#¤%&/()=?`QWERTYUIOPÅ^*ASDFGHJKLÖÄ>ZXCVBNM;:_',
      '¶¡@£$€¥{[]}\\±@ſ€®þ←↓→œþ¨~´ªßðđŋħ ĸłøæ|«»©„“”µ¸·',
    ],
    dead: ['Equal BracketRight', 'Equal BracketRight', 'BracketLeft BracketRight Comma'],
  },
  pl: {
    levels: [
      "`1234567890-=qwertyuiop[]\\asdfghjkl;'<zxcvbnm,./",
      '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:">ZXCVBNM<>?',
      '¬≠²³¢€½§·«»–¸πœę©ß←↓→óþ¨~`ąśðæŋ’ə…ł´^|żźć„”ńµ≤≥',
    ],
    dead: ['', '', 'Equal BracketLeft BracketRight Backslash Semicolon Quote'],
  },
  cs: {
    levels: [
      ';+ěščřžýáíé=´qwertzuiopú)¨asdfghjklů§\\yxcvbnm,.-',
      '°1234567890%ˇQWERTZUIOP/(\'ASDFGHJKL"!|YXCVBNM?:_',
      "`!@#$%^&*{}\\¯\\|€¶ŧ←↓→øþ[]\\~đĐ[]`'łŁ$'/°#&@{}^<>*",
    ],
    dead: ['Equal Backslash', 'Backquote Equal', 'Equal'],
  },
  hu: {
    levels: [
      '0123456789öüóqwertzuiopőúűasdfghjkléáíyxcvbnm,.-',
      '§\'"+!%/=()ÖÜÓQWERTZUIOPŐÚŰASDFGHJKLÉÁÍYXCVBNM?:_',
      '¬~ˇ^˘°˛`˙´˝¨¸\\|Ä¶ŧ–€Í„”÷×¤äđĐ[]ħíłŁ$ß<>#&@{}<;>*',
    ],
    dead: ['', '', 'Digit2 Digit4 Digit5 Digit6 Digit8 Digit9 Digit0 Minus Equal'],
  },
  tr: {
    levels: [
      '"1234567890*-qwertyuıopğü,asdfghjklşi<zxcvbnmöç.',
      "é!'^+%&/()=?_QWERTYUIOPĞÜ;ASDFGHJKLŞİ>ZXCVBNMÖÇ:",
      "<>£#$½¾{[]}\\|@ €¶₺←ûîô ¨~`âß ª     ´'|«»¢„“”µ×·˙",
    ],
    dead: ['', '', 'BracketLeft Slash'],
  },
  ja: {
    levels: [
      ' 1234567890-^qwertyuiop@[]asdfghjkl;:<zxcvbnm,./\\\\',
      ' !"#$%&\'()~=~QWERTYUIOP`{}ASDFGHJKL+*>ZXCVBNM<>?_|',
      '',
    ],
    dead: ['', '', ''],
  },
} as const satisfies Record<string, KeyboardLayout>;

/** A BCP 47 tag. */
export type KeyboardId = keyof typeof keyboardLayouts;

export const keyboardIds = Object.keys(keyboardLayouts) as KeyboardId[];
