const SAMPLE_BYTES = 16 * 1024;

/** A reply was longer than allowed; the rest of it was not read. */
export class ReplyTooLarge extends Error {
  readonly sample: string;

  constructor(limit: number, sample: string) {
    super(`the reply is larger than ${limit} bytes`);
    this.name = 'ReplyTooLarge';
    this.sample = sample;
  }
}

/**
 * A `fetch` that follows no redirect (a 3xx is the answer) and reads at most `limit` bytes of a body, unpacked, before
 * it returns: so the request's signal covers the body as well. Throws ReplyTooLarge, and what `fetch` throws.
 */
export function makeBoundedFetch(limit: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    const body = await read(response, limit);
    const headers = new Headers(response.headers);
    // The body is unpacked already.
    headers.delete('content-encoding');
    headers.delete('content-length');
    const isEmpty = [204, 205, 304].includes(response.status);
    return new Response(isEmpty ? null : body, { status: response.status, headers });
  };
}

async function read(response: Response, limit: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the body and closes its connection.
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > limit) {
      throw new ReplyTooLarge(limit, Buffer.concat(chunks).subarray(0, SAMPLE_BYTES).toString());
    }
  }
  return Buffer.concat(chunks);
}
