import { Agent, request } from 'node:http';

export interface RawRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** Names may occur more than once. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | undefined;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export type RawClient = (sending: RawRequest) => Promise<RawAnswer>;

const SOCKETS_MAX = 8;
const TIMEOUT_MS = 30_000;

/**
 * A client that sends what `fetch` would not: any path, repeated headers, any body with any method.
 */
export const createRawClient = (
  baseUrl: string,
): { readonly send: RawClient; readonly close: () => void } => {
  const { hostname, port } = new URL(baseUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const send: RawClient = ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const hasBody = body !== undefined && !headers.some(([name]) => name === 'content-length');
      const flat = [
        ...headers,
        ['host', `${hostname}:${port}`] as const,
        ...(hasBody ? [['content-length', String(body.length)] as const] : []),
      ].flat();
      const outgoing = request(
        { hostname, port, agent, method, path, headers: flat, timeout: TIMEOUT_MS },
        (incoming) => {
          const chunks: Buffer[] = [];
          const finish = (): void => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
          };
          const isStream = incoming.headers['content-type']?.startsWith('text/event-stream');
          incoming.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            // An event stream has no end to wait for.
            if (isStream === true) {
              finish();
              incoming.destroy();
            }
          });
          incoming.on('error', reject);
          incoming.on('end', finish);
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`No answer: ${method} ${path}`)));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return {
    send,
    close: () => {
      agent.destroy();
    },
  };
};
