/** Time to connect, and to receive the whole answer, in milliseconds. */
const TIMEOUT_MS = 3_000;
/** Key sets of the large providers have a few kilobytes. */
const BYTES_MAX = 131_072;

const readBody = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > BYTES_MAX) throw new RangeError(`The answer has more than ${BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/**
 * Fetches a JSON document. Follows no redirect, as it could lead out of TLS or into the internal
 * network.
 *
 * @throws for any answer but 200 with JSON of at most 128 KiB within 3 s
 */
export const fetchJson = async (address: string): Promise<unknown> => {
  const response = await fetch(address, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${address} answered with status ${response.status}.`);
  }
  return JSON.parse(await readBody(response)) as unknown;
};
