import { type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed JSON body; undefined if it is not JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Sending {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent unchanged. */
  readonly raw?: string | Buffer;
}

const parse = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

/** Sends any header, path and body unchanged, which `fetch` would not. */
export const send = (
  port: number,
  target: string,
  { token, headers = {}, body, raw }: Sending = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const [method = 'GET', path = '/'] = target.split(' ');
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(content !== undefined && { 'content-length': Buffer.byteLength(content) }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            json: parse(text),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(content);
  });
