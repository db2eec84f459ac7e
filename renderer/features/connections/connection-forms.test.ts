import { describe, expect, it } from 'vitest';
import {
  cloudFormSchema,
  emptyCloudForm,
  emptyHostForm,
  faultOf,
  followName,
  hostFormSchema,
  toInput,
  type CloudForm,
  type HostForm,
} from './connection-forms.ts';

/** Faults by field, as the form shows them. */
function faults(schema: typeof hostFormSchema | typeof cloudFormSchema, value: unknown): Record<string, string> {
  const result = schema.safeParse(value, { error: faultOf });
  return Object.fromEntries(result.error?.issues.map((issue) => [issue.path.join('.'), issue.message]) ?? []);
}

const host = (change: Partial<HostForm['target']>, name = 'kvm1'): HostForm => {
  const form = emptyHostForm();
  return { ...form, name, target: { ...form.target, ...change } };
};
const cloud = (change: Partial<CloudForm['target']>, name = 'cloud'): CloudForm => {
  const form = emptyCloudForm();
  return { ...form, name, target: { ...form.target, authUrl: 'https://c:5000/v3', ...change } };
};

describe('host form', () => {
  it('takes a good one and sends no empty secret', () => {
    const form = host({ uri: 'qemu+ssh://root@kvm1/system' });
    expect(faults(hostFormSchema, form)).toEqual({});
    expect(toInput(form).secret).toBeNull();
    expect(toInput({ ...form, secret: { value: 'x', remember: false } }).secret).toEqual({
      value: 'x',
      remember: false,
    });
  });

  it.each([
    [host({ uri: 'qemu+ssh:///system' }), { 'target.uri': 'badHost' }],
    [host({ uri: 'kvm1' }), { 'target.uri': 'noScheme' }],
    [host({ uri: 'qemu+ssh://h/system', sshAuth: 'key' }), { 'target.sshAuth': 'badKeyFile' }],
    [host({ uri: 'qemu+ssh://h/system' }, ' '), { name: 'required' }],
  ])('marks the field that is wrong %#', (form, expected) =>
    expect(faults(hostFormSchema, form)).toMatchObject(expected),
  );
});

describe('cloud form', () => {
  it.each([
    [cloud({ authUrl: 'ftp://c' }), { 'target.authUrl': 'badUrl' }],
    [cloud({ authUrl: 'cloud' }), { 'target.authUrl': 'badUrl' }],
    [cloud({ auth: { type: 'password', userName: '' } }), { 'target.auth.userName': 'required' }],
    [
      cloud({ auth: { type: 'applicationCredential', credentialName: 'ci' } }),
      { 'target.auth.credentialId': 'credentialNeeded' },
    ],
  ])('marks the field that is wrong %#', (form, expected) =>
    expect(faults(cloudFormSchema, form)).toMatchObject(expected),
  );

  it('takes an application credential by id', () => {
    expect(faults(cloudFormSchema, cloud({ auth: { type: 'applicationCredential', credentialId: 'abc' } }))).toEqual(
      {},
    );
  });
});

describe('followName', () => {
  const before = host({ uri: 'qemu+ssh:///system' }).target;

  it('makes a name of the target, and changes it with the target', () => {
    const kvm1 = host({ uri: 'qemu+ssh://root@kvm1/system' }).target;
    expect(followName('', before, kvm1)).toBe('kvm1');
    expect(followName('kvm1', kvm1, host({ uri: 'qemu:///session' }).target)).toBe('qemu session');
    expect(followName('', cloud({}).target, cloud({ projectName: 'demo' }).target)).toBe('demo @ c');
  });

  it('leaves a name that was typed or came with a suggestion', () => {
    expect(followName('my host', before, host({ uri: 'qemu+ssh://kvm2/system' }).target)).toBe('my host');
  });
});
