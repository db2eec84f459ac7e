import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import { findClouds, loadCloud, parseCloudFile, type CloudFilePlaces } from './cloud-files.ts';

let dir: string;
let places: CloudFilePlaces;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'clouds-'));
  places = { cwd: join(dir, 'cwd'), home: join(dir, 'home'), env: {}, site: join(dir, 'etc'), platform: 'linux' };
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(path: string, text: string): void {
  const file = join(dir, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

const yaml = (name: string): string => `clouds:
  ${name}:
    region_name: RegionOne
    auth: { auth_url: 'http://127.0.0.1:5000/v3', username: user2, password: red, project_name: edu }
`;

describe('findClouds', () => {
  it('finds none where there is no file', async () => {
    expect(await findClouds(places)).toEqual([]);
    expect(await loadCloud('lab', places)).toBeNull();
  });

  it('takes the first file of current directory, user and site', async () => {
    write('etc/clouds.yaml', yaml('site'));
    expect((await findClouds(places)).map(({ name }) => name)).toEqual(['site']);
    write('home/.config/openstack/clouds.yml', yaml('user'));
    expect((await findClouds(places)).map(({ name }) => name)).toEqual(['user']);
    write('cwd/clouds.yaml', yaml('here'));
    const found = await findClouds(places);
    expect(found).toMatchObject([{ name: 'here', file: join(dir, 'cwd/clouds.yaml'), secret: 'red' }]);
    write('named.yaml', yaml('named'));
    places.env = { OS_CLIENT_CONFIG_FILE: join(dir, 'named.yaml') };
    expect((await findClouds(places)).map(({ name }) => name)).toEqual(['named']);
  });

  it('merges secure.yaml over clouds.yaml over the public profile', async () => {
    write(
      'cwd/clouds.yaml',
      `clouds:
  mine:
    profile: vendor
    cacert: ca.pem
    verify: false
    interface: internal
    auth: { username: me, password: old, project_name: p }
`,
    );
    write('cwd/ca.pem', 'PEM');
    write('cwd/secure.yaml', 'clouds: { mine: { auth: { password: new } } }');
    write(
      'etc/clouds-public.yaml',
      'public-clouds: { vendor: { auth: { auth_url: "https://v:5000" }, region_name: r1 } }',
    );
    const cloud = await loadCloud('mine', places);
    expect(cloud).toMatchObject({
      secret: 'new',
      target: {
        authUrl: 'https://v:5000',
        region: 'r1',
        interface: 'internal',
        verify: false,
        caPem: 'PEM',
        auth: { type: 'password', userName: 'me', userDomain: 'Default' },
      },
    });
  });

  it('gives one target per region, and loads it by name', async () => {
    write(
      'cwd/clouds.yaml',
      `clouds: { two: { regions: [a, { name: b }], auth: { auth_url: 'http://k', username: u, password: p } } }`,
    );
    expect((await findClouds(places)).map(({ name, target }) => [name, target.region])).toEqual([
      ['two a', 'a'],
      ['two b', 'b'],
    ]);
    expect((await loadCloud('two b', places))?.target.region).toBe('b');
  });

  it('leaves out a broken cloud, and says what is wrong when it is named', async () => {
    write('cwd/clouds.yaml', `${yaml('good')}  bad:\n    auth: { username: x }\n`);
    expect((await findClouds(places)).map(({ name }) => name)).toEqual(['good']);
    await expect(loadCloud('bad', places)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      detail: expect.stringMatching(/clouds\.yaml line 5 \(bad\): auth_url is missing/) as string,
    });
  });
});

describe('parseCloudFile', () => {
  it('reads application credentials and tokens', () => {
    const [credential, token] = parseCloudFile(
      'clouds.yaml',
      `clouds:
  a:
    auth_type: v3applicationcredential
    auth: { auth_url: 'https://k', application_credential_id: abc, application_credential_secret: s3 }
  b:
    auth_type: token
    auth: { auth_url: 'https://k', token: t0k, project_id: 1234 }
`,
    );
    expect(credential).toMatchObject({
      secret: 's3',
      target: { auth: { type: 'applicationCredential', credentialId: 'abc' } },
    });
    expect(token).toMatchObject({ secret: 't0k', target: { auth: { type: 'token' }, projectId: '1234' } });
  });

  it.each([
    ['a tab', 'clouds:\n  a:\n\tb: 1', /line 3/],
    ['no clouds', 'x: 1', /neither clouds\.yaml nor openrc/],
    ['a list', 'clouds: [1]', /not a mapping/],
    ['a text', 'clouds:\n  a: text', /line 2/],
    ['a bad URL', 'clouds: { a: { auth: { auth_url: "ftp://x", username: u } } }', /authUrl/],
  ])('names the place of %s', (_what, text, message) => {
    expect(() => parseCloudFile('clouds.yaml', text)).toThrow(message);
  });

  it('reads what a login is for', () => {
    const scopeOf = (auth: string): [string, string] => {
      const text = `clouds:\n  c:\n    auth: {auth_url: "http://c:5000/v3", username: ann, ${auth}}`;
      const target = parseCloudFile('clouds.yaml', text)[0]?.target;
      return [target?.scope ?? '', target?.scopeDomain ?? ''];
    };
    expect(scopeOf('project_name: edu')).toEqual(['project', '']);
    expect(scopeOf('system_scope: all')).toEqual(['system', '']);
    expect(scopeOf('domain_name: Lab')).toEqual(['domain', 'Lab']);
    // As OpenStack's own tools: a project counts more than a domain beside it.
    expect(scopeOf('domain_name: Lab, project_name: edu')[0]).toBe('project');
    expect(scopeOf('user_domain_name: Lab')).toEqual(['project', '']);
  });

  it('does not expand a bomb of aliases', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(',')}]`,
    );
    const bomb = `l0: &l0 [x]\n${levels.join('\n')}\nclouds: { a: *l12 }`;
    expect(() => parseCloudFile('clouds.yaml', bomb)).toThrow(AppError);
  });

  it('reads an openrc as Horizon writes it; the password is asked for', () => {
    const openrc = `#!/usr/bin/env bash
# comment with OS_PASSWORD=nothing
export OS_AUTH_URL=http://10.0.0.1:5000/v3/
export OS_PROJECT_ID=6547f137c80c4aa2b3d31e0726128206
export OS_PROJECT_NAME="edu"
export OS_USER_DOMAIN_NAME="Default"
if [ -z "$OS_USER_DOMAIN_NAME" ]; then unset OS_USER_DOMAIN_NAME; fi
export OS_PROJECT_DOMAIN_ID="default"
if [ -z "$OS_PROJECT_DOMAIN_ID" ]; then unset OS_PROJECT_DOMAIN_ID; fi
unset OS_TENANT_ID
export OS_USERNAME="user2"
echo "Please enter your OpenStack Password for project $OS_PROJECT_NAME as user $OS_USERNAME: "
read -sr OS_PASSWORD_INPUT
export OS_PASSWORD=$OS_PASSWORD_INPUT
export OS_REGION_NAME="RegionOne"
if [ -z "$OS_REGION_NAME" ]; then unset OS_REGION_NAME; fi
export OS_INTERFACE=public
export OS_IDENTITY_API_VERSION=3
`;
    expect(parseCloudFile('edu-openrc.sh', openrc)).toMatchObject([
      {
        name: 'edu',
        secret: null,
        target: {
          authUrl: 'http://10.0.0.1:5000/v3/',
          projectName: 'edu',
          projectId: '6547f137c80c4aa2b3d31e0726128206',
          projectDomain: 'default',
          region: 'RegionOne',
          auth: { type: 'password', userName: 'user2', userDomain: 'Default' },
        },
      },
    ]);
  });

  it.each([
    [`'it$HOME "x"'`, 'it$HOME "x"'],
    [`"a\\"b\\$c"`, 'a"b$c'],
    [`one' two'"\${OS_USERNAME}" # comment`, 'one twome'],
    [`"\${NOTHING:-spare}"`, 'spare'],
    [`pa#ss`, 'pa#ss'],
    [`$(touch /tmp/never)`, null],
    ['`id`', null],
  ])('reads the shell word %s without running it', (word, expected) => {
    const openrc = `OS_AUTH_URL=http://k\nexport OS_USERNAME=me\nexport OS_PASSWORD=${word}`;
    expect(parseCloudFile('openrc', openrc)[0]?.secret).toBe(expected);
  });

  it('names the line of an open quote', () => {
    expect(() => parseCloudFile('openrc', 'export OS_AUTH_URL=http://k\nexport OS_PASSWORD="x')).toThrow(
      /openrc line 2/,
    );
  });

  it('fails on any text with an AppError only, never another way', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('clouds:\n', ' auth:', 'OS_X=', '"', "'", '$', '${', '&a ', '*a', '\n'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          parseCloudFile('f', pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
