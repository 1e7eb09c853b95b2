import { type AddressInfo, createServer, type Socket, connect as tcpConnect } from 'node:net';

/**
 * `pass`: both directions flow. `hold-replies`: requests flow, replies are kept back until the mode is `pass`
 * again. `freeze`: connections stay open and nothing flows until then. `refuse`: open connections are cut and new
 * ones end at once.
 */
export type TcpProxyMode = 'pass' | 'hold-replies' | 'freeze' | 'refuse';

/** Stands between a client and a server, to do what bad networks do. */
export interface TcpProxy {
  readonly port: number;
  /** Host and port, for URLs and gRPC targets. */
  readonly address: string;
  readonly setMode: (mode: TcpProxyMode) => void;
  /** Cuts every open connection; replies that were kept back are lost for good. */
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
}

interface Link {
  readonly flush: () => void;
  readonly cut: () => void;
}

const HOST = '127.0.0.1';

const createLink = (
  client: Socket,
  upstream: Socket,
  currentMode: () => TcpProxyMode,
  onEnd: (link: Link) => void,
): Link => {
  let requests: Buffer[] = [];
  let replies: Buffer[] = [];
  const link: Link = {
    flush: () => {
      for (const bytes of requests) upstream.write(bytes);
      for (const bytes of replies) client.write(bytes);
      [requests, replies] = [[], []];
    },
    cut: () => {
      [requests, replies] = [[], []];
      client.destroy();
      upstream.destroy();
      onEnd(link);
    },
  };
  upstream.on('data', (bytes) => {
    if (currentMode() === 'pass') client.write(bytes);
    else replies.push(bytes);
  });
  client.on('data', (bytes) => {
    if (currentMode() === 'freeze') requests.push(bytes);
    else upstream.write(bytes);
  });
  for (const socket of [client, upstream]) {
    // A broken connection is what this is for; `close` follows every error.
    socket.on('error', () => undefined);
    socket.on('close', link.cut);
  }
  return link;
};

/** Starts a proxy on a free port. */
export const startTcpProxy = async (target: {
  readonly host?: string;
  readonly port: number;
  readonly mode?: TcpProxyMode;
}): Promise<TcpProxy> => {
  let mode = target.mode ?? 'pass';
  const links = new Set<Link>();
  const cut = (): void => {
    for (const link of links) link.cut();
  };

  const server = createServer((client) => {
    if (mode === 'refuse') {
      client.on('error', () => undefined);
      client.destroy();
      return;
    }
    const upstream = tcpConnect({ host: target.host ?? HOST, port: target.port });
    links.add(
      createLink(
        client,
        upstream,
        () => mode,
        (link) => links.delete(link),
      ),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    port,
    address: `${HOST}:${port}`,
    setMode: (next) => {
      mode = next;
      if (next === 'refuse') cut();
      if (next === 'pass') for (const link of links) link.flush();
    },
    cut,
    stop: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      cut();
      await closed;
    },
  };
};
