import { connect, type Socket } from 'node:net';

/** A TCP connection that sends bytes unchanged and records what it receives. */
export interface RawConnection {
  readonly socket: Socket;
  readonly write: (bytes: string | Buffer) => void;
  readonly received: () => string;
  /** Resolves with everything received once the server has closed, or after `timeoutMs`. */
  readonly closed: (
    timeoutMs: number,
  ) => Promise<{ readonly isClosed: boolean; readonly text: string }>;
  /** Resolves once the received text matches the pattern. */
  readonly until: (pattern: RegExp, timeoutMs: number) => Promise<string>;
}

/** Opens a connection. Errors count as its end, because these tests expect to be disconnected. */
export const openConnection = (baseUrl: string): Promise<RawConnection> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(baseUrl);
    const socket = connect({ host: hostname, port: Number(port) });
    let text = '';
    let isClosed = false;
    const watchers = new Set<() => void>();
    const notify = (): void => {
      for (const watcher of watchers) watcher();
    };
    const waitFor = (isOver: () => boolean, timeoutMs: number): Promise<void> =>
      new Promise((done) => {
        const finish = (): void => {
          clearTimeout(timer);
          watchers.delete(check);
          done();
        };
        const check = (): void => {
          if (isOver()) finish();
        };
        const timer = setTimeout(finish, timeoutMs);
        watchers.add(check);
        check();
      });
    socket.once('error', reject);
    socket.on('error', notify);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      notify();
    });
    socket.on('close', () => {
      isClosed = true;
      notify();
    });
    socket.once('connect', () => {
      resolve({
        socket,
        write: (bytes) => {
          socket.write(bytes);
        },
        received: () => text,
        closed: async (timeoutMs) => {
          await waitFor(() => isClosed, timeoutMs);
          return { isClosed, text };
        },
        until: async (pattern, timeoutMs) => {
          await waitFor(() => isClosed || pattern.test(text), timeoutMs);
          return text;
        },
      });
    });
  });

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reads the first response on a connection, which has a length or ends with the connection. */
export const readAnswer = (text: string): WireAnswer => {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const rest = text.slice(end + 4);
  const length = Number(headers['content-length'] ?? rest.length);
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.slice(0, length) };
};
