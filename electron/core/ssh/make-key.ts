import ssh2 from 'ssh2';

/** A new key: the public one as a line of OpenSSH, the private one as OpenSSH's own file format. */
export interface NewKey {
  publicKey: string;
  privateKey: string;
}

/** Makes a key on this computer, as ssh-keygen does: Ed25519, or RSA of 4,096 bits. No passphrase is on it. */
export function makeKey(algorithm: 'ed25519' | 'rsa', comment: string): Promise<NewKey> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, keys: { public: string; private: string }): void => {
      if (error === null) resolve({ publicKey: keys.public, privateKey: keys.private });
      else reject(error);
    };
    if (algorithm === 'rsa') ssh2.utils.generateKeyPair('rsa', { comment, bits: 4_096 }, done);
    else ssh2.utils.generateKeyPair('ed25519', { comment }, done);
  });
}
