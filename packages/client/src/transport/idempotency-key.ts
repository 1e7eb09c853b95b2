const KEY_BYTES = 16;

/**
 * A random Idempotency-Key. Not `randomUUID`, which browsers only offer on pages served over HTTPS.
 */
export const createIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
