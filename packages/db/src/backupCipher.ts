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
    yield* chunksOf(await encrypter.encrypt(streamOf(source)));
  };
}

/** Decrypts what `sealFor` encrypted. Throws for a wrong identity, for changed bytes, and at the end for missing ones. */
export function openWith(identity: string): Cipher {
  return async function* (source) {
    const { Decrypter } = await library();
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    yield* chunksOf(await decrypter.decrypt(streamOf(source)));
  };
}

/** A new pair: the identity is the secret that opens backups, the recipient is what they are made with. */
export async function makeBackupKey(): Promise<{ identity: string; recipient: string }> {
  const { generateX25519Identity, identityToRecipient } = await library();
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Nothing when all was read; else whoever writes is told that nobody reads any more.
    await reader.cancel();
  }
}

/** Services have this package too, and never need it. */
function library() {
  return import('age-encryption');
}
