import type { Client } from 'openapi-fetch';
import type { paths } from '../gen/openapi';
import type { CallOptions } from '../transport/budget';
import { checkIdempotencyKey } from '../transport/limits';
import type { Sender } from '../transport/sender';

const KEY_BYTES = 16;

/** Dependencies of the method groups. */
export interface ApiDeps {
  readonly api: Client<paths>;
  readonly send: Sender;
}

/** Options of calls that take an Idempotency-Key. */
export interface KeyOptions extends CallOptions {
  /**
   * 1 to 255 visible ASCII characters. Generated if omitted, so that the client's own retries are
   * safe. Pass a stored key if the call must be safe to retry after a restart of your program.
   */
  readonly idempotencyKey?: string | undefined;
}

/** Not `randomUUID`, which browsers only offer on pages served over HTTPS. */
const createIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

/** @throws InvalidOptionError */
export const keyHeader = ({ idempotencyKey = createIdempotencyKey() }: KeyOptions) => {
  checkIdempotencyKey(idempotencyKey);
  return { 'Idempotency-Key': idempotencyKey };
};

type Outcome<T> =
  | { readonly data: T; readonly error?: never; readonly response: Response }
  | { readonly data?: never; readonly error: unknown; readonly response: Response };

/** The body of a success; the sender has thrown for anything else. */
export const dataOf = async <T>(outcome: Promise<Outcome<T>>): Promise<T> =>
  (await outcome).data as T;

/** Every item of a list; pages are fetched on demand. */
export async function* throughPages<T>(
  getPage: (pageToken: string) => Promise<{
    readonly items: readonly T[];
    readonly nextPageToken: string;
  }>,
): AsyncGenerator<T, void, undefined> {
  let pageToken = '';
  do {
    const page = await getPage(pageToken);
    yield* page.items;
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
}
