import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { makeKey } from './make-key.ts';

it.each(['ed25519', 'rsa'] as const)('makes %s keys that are read again', async (algorithm) => {
  const { publicKey, privateKey } = await makeKey(algorithm, 'me@laptop');
  expect(publicKey).toMatch(/^ssh-(ed25519|rsa) [A-Za-z0-9+/=]+ me@laptop$/);
  const read = ssh2.utils.parseKey(privateKey);
  if (read instanceof Error) throw read;
  expect(read.getPublicSSH().toString('base64')).toBe(publicKey.split(' ')[1]);
});
