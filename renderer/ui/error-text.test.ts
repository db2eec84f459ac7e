import i18next, { type i18n, type TFunction } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorCodes, type AppErrorData, type ErrorCode } from '../../shared/contract/errors.ts';
import english from '../i18n/locales/en/errors.json' with { type: 'json' };
import chinese from '../i18n/locales/zh-CN/errors.json' with { type: 'json' };
import { errorText } from './error-text.ts';

const error = (code: ErrorCode, init: Partial<AppErrorData> = {}): AppErrorData => ({
  code,
  params: {},
  retryable: false,
  detail: 'server words',
  source: null,
  correlationId: null,
  ...init,
});

/** The placeholders of a text, e.g. `host`. */
const placeholders = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!).sort();

describe.each([
  ['en', english],
  ['zh-CN', chinese],
])('error texts in %s', (language, texts) => {
  let i18n: i18n;
  let t: TFunction;

  beforeAll(async () => {
    i18n = i18next.createInstance();
    await i18n.init({
      lng: language,
      ns: ['errors'],
      defaultNS: 'errors',
      resources: { [language]: { errors: texts } },
    });
    t = i18n.t;
  });

  it.each(errorCodes)('has a title and a sentence for %s that never show a hole', (code) => {
    expect(Object.keys(texts.codes[code])).toEqual(expect.arrayContaining(['title', 'text']));
    const { title, text, hint, command } = errorText(error(code), t, i18n);
    for (const part of [title, text, hint ?? '', command ?? ''])
      expect(part).not.toMatch(/\{\{|undefined|null|errors:/);
    expect(title.length).toBeGreaterThan(1);
    expect(text.length).toBeGreaterThan(5);
  });

  it('fills in what the error and its source know', () => {
    const source = { kind: 'ssh', host: 'kvm1', port: 2222, user: 'ann', message: 'denied' } as const;
    const { title, text } = errorText(error('SSH_AUTH_FAILED', { source }), t, i18n);
    expect(title).toContain('kvm1');
    expect(text).toContain('ann');
  });

  it('leaves the name of a procedure to the details', () => {
    const unsupported = error('UNSUPPORTED', { params: { procedure: 'DOMAIN_OPEN_CONSOLE' } });
    const { title, text } = errorText(unsupported, t, i18n);
    expect(title + text).not.toContain('DOMAIN_OPEN_CONSOLE');
  });

  it('says which command lets a user in', () => {
    const denied = error('LIBVIRT_PERMISSION', { params: { user: 'ann', host: 'kvm1' } });
    expect(errorText(denied, t, i18n).command).toBe('sudo usermod -aG libvirt ann');
  });

  it('never puts server text into a command', () => {
    const hostile = error('LIBVIRT_PERMISSION', { params: { user: 'ann; rm -rf /', host: '$(x)' } });
    expect(errorText(hostile, t, i18n).command).toBe('sudo usermod -aG libvirt $USER');
    expect(errorText(error('SSH_HOST_KEY_CHANGED', { params: { host: '`x`' } }), t, i18n).command).toBe(
      'ssh-keygen -R HOST',
    );
  });

  it('shows both fingerprints of a changed host key', () => {
    const changed = error('SSH_HOST_KEY_CHANGED', {
      params: { host: 'kvm1', port: 2222, expected: 'SHA256:old', actual: 'SHA256:new' },
    });
    const { fingerprints, command } = errorText(changed, t, i18n);
    expect(fingerprints.map(({ value }) => value)).toEqual(['SHA256:old', 'SHA256:new']);
    expect(command).toBe("ssh-keygen -R '[kvm1]:2222'");
  });

  it('shows server text as it is', () => {
    const words = '<b>{{host}} $t(x) & "quoted"</b>';
    expect(errorText(error('LIBVIRT_ERROR', { detail: words }), t, i18n).text).toBe(words);
  });

  it('gives the words of the server as the reason where there is no other', () => {
    const refused = error('CONFLICT', {
      params: { message: 'a file is in the way', procedure: 'STORAGE_VOL_CREATE_XML' },
    });
    expect(errorText(refused, t, i18n).text).toContain('a file is in the way');
  });

  it('names a reason of our own, and leaves a foreign one as it is', () => {
    const own = errorText(error('NO_CONSOLE', { params: { reason: 'spiceOnly' } }), t, i18n).text;
    expect(own).toContain(texts.consoleReasons.spiceOnly);
    expect(errorText(error('NO_CONSOLE', { params: { reason: 'odd words!' } }), t, i18n).text).toContain('odd words!');
  });
});

it('uses the same values in both languages', () => {
  for (const code of errorCodes) {
    expect(Object.keys(chinese.codes[code])).toEqual(Object.keys(english.codes[code]));
    expect(placeholders(JSON.stringify(chinese.codes[code])), code).toEqual(
      placeholders(JSON.stringify(english.codes[code])),
    );
  }
});
