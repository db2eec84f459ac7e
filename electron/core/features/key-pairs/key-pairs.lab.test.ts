import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLabCloud, LabProject } from '../connections/fixtures/lab-cloud.ts';
import { deleteKeyPair, importKeyPair, listKeyPairs } from '../../openstack/compute/key-pairs.ts';
import { makeKey } from '../../ssh/make-key.ts';
import type { KeyPairBackend } from './ports.ts';

const lab = await findLabCloud('lab-edu');
const { signal } = new AbortController();

describe.skipIf(lab === null)('key pairs at a real Nova', () => {
  let project: LabProject;
  let keyPairs: KeyPairBackend;
  const connectionId = 'lab';
  const names = async (): Promise<string[]> => (await keyPairs.list()).map(({ name }) => name);

  beforeAll(async () => {
    project = await LabProject.open(lab!);
    const { session } = await project.connect();
    if (session.keyPairs === undefined) throw new Error('no key pairs');
    keyPairs = session.keyPairs;
  });
  afterAll(async () => {
    for (const { name } of await listKeyPairs(project.outside, signal)) {
      if (name.startsWith(project.prefix)) await deleteKeyPair(project.outside, name, signal);
    }
    await project.close();
  });

  it('makes keys here and gives Nova the public half', async () => {
    const name = `${project.prefix} made`;
    const { privateKey } = await keyPairs.create({ connectionId, name, algorithm: 'ed25519' });
    expect(privateKey).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
    const made = (await keyPairs.list()).find((each) => each.name === name);
    expect(made).toMatchObject({ type: 'ssh', publicKey: expect.stringContaining(name) as string });
    const blob = Buffer.from(made?.publicKey.split(' ')[1] ?? '', 'base64');
    const md5 = createHash('md5')
      .update(blob)
      .digest('hex')
      .replace(/..(?=.)/g, '$&:');
    expect(made?.fingerprint).toBe(md5);
  });

  it('sees what others import, says what is taken or no key, and deletes', async () => {
    const name = `${project.prefix}-other`;
    const { publicKey } = await makeKey('ed25519', 'x');
    await importKeyPair(project.outside, { name, type: 'ssh', publicKey }, signal);
    expect(await names()).toContain(name);
    const wanted = { connectionId, name, type: 'ssh', publicKey } as const;
    await expect(keyPairs.import(wanted)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(keyPairs.import({ ...wanted, name: `${name}-2`, publicKey: 'no key' })).rejects.toMatchObject({
      code: 'OPENSTACK_ERROR',
      params: { reason: expect.stringContaining('fingerprint') as string },
    });
    await keyPairs.delete(name, signal);
    await keyPairs.delete(name, signal);
    expect(await names()).not.toContain(name);
  });
});
