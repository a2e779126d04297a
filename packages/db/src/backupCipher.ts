/** Encrypts or decrypts a stream; errors come while it is read. */
export type Cipher = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/**
 * Encrypts for all `recipients` (`age1…`) in the format of age, https://age-encryption.org/v1: each of their identities
 * opens it, and nothing that this machine has.
 */
export function sealFor(recipients: readonly string[]): Cipher {
  return async function* (source) {
    const { Encrypter } = await library();
    const encrypter = new Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    yield* await encrypter.encrypt(ReadableStream.from(source));
  };
}

/** Decrypts what `sealFor` encrypted. Throws for a wrong identity, for changed bytes, and at the end for missing ones. */
export function openWith(identity: string): Cipher {
  return async function* (source) {
    const { Decrypter } = await library();
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    yield* await decrypter.decrypt(ReadableStream.from(source));
  };
}

/** A new pair: the identity is the secret that opens backups, the recipient is what they are made with. */
export async function makeBackupKey(): Promise<{ identity: string; recipient: string }> {
  const { generateX25519Identity, identityToRecipient } = await library();
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** Services have this package too, and never need it. */
function library() {
  return import('age-encryption');
}
