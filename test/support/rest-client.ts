import { keyForRepeats, patiently } from './patient-calls';

export interface RestResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON body; undefined if there was none. For a stream, the first events as text. */
  readonly body: unknown;
}

export interface RestOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent unchanged, with the content type in `headers`. */
  readonly rawBody?: string;
}

export type RestClient = (
  method: string,
  path: string,
  options?: RestOptions,
) => Promise<RestResponse>;

const REQUEST_TIMEOUT_MS = 30_000;

const parse = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
};

/** An event stream has no end to wait for. */
const readText = async (response: Response): Promise<string> => {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!isStream || response.body === null) return response.text();
  const reader = response.body.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
};

const isStoreOutage = ({ status, headers, body }: RestResponse): boolean =>
  status === 503 &&
  headers.has('retry-after') &&
  typeof body === 'object' &&
  body !== null &&
  'reason' in body &&
  body.reason === 'STORE_UNAVAILABLE';

/** Reserve is the only route that needs a key for a retry. */
const withKey = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const isReserve = method === 'POST' && /^\/reservations(\/[^/]+)?$/.test(path);
  const key = isReserve && headers['idempotency-key'] === undefined ? keyForRepeats('') : '';
  return key === '' ? headers : { ...headers, 'idempotency-key': key };
};

const send = async (url: string, method: string, options: RestOptions): Promise<RestResponse> => {
  const { token, headers = {}, body, rawBody } = options;
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: rawBody ?? (body === undefined ? null : JSON.stringify(body)),
    redirect: 'manual',
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: parse(await readText(response)),
  };
};

/** A REST client that knows only the base URL. In faults mode it retries, see `patiently`. */
export const createRestClient =
  (baseUrl: string): RestClient =>
  (method, path, options = {}) => {
    const headers = withKey(method, path, options.headers ?? {});
    return patiently(
      () => send(`${baseUrl}${path}`, method, { ...options, headers }),
      isStoreOutage,
    );
  };
