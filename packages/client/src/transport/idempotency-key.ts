const KEY_BYTES = 16;

/** A fresh Idempotency-Key. `randomUUID` would not do: browsers have it on pages served over HTTPS only. */
export const createIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
