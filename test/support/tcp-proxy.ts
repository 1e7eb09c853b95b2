import { type AddressInfo, createServer, type Socket, connect as tcpConnect } from 'node:net';

/**
 * `pass`: both directions flow. `hold-replies`: requests flow, replies are held until the mode is
 * `pass` again. `freeze`: connections stay open and nothing flows until then. `refuse`: open
 * connections are closed, and so are new ones.
 */
export type TcpProxyMode = 'pass' | 'hold-replies' | 'freeze' | 'refuse';

/** A proxy between a client and a server that simulates network faults. */
export interface TcpProxy {
  readonly port: number;
  /** Host and port, for URLs and gRPC targets. */
  readonly address: string;
  readonly setMode: (mode: TcpProxyMode) => void;
  /** Delays everything by this time, in order, in both directions. */
  readonly setDelay: (ms: number) => void;
  /** Closes every open connection; held replies are lost. */
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
}

/** The current mode. */
interface Weather {
  mode: TcpProxyMode;
  delayMs: number;
}

/** One direction of a connection. */
interface Lane {
  readonly push: (bytes: Buffer) => void;
  readonly flush: () => void;
  readonly drop: () => void;
}

interface Link {
  readonly flush: () => void;
  readonly cut: () => void;
}

const HOST = '127.0.0.1';

/** Forwards bytes in order: held while `isHeld`, and never before earlier delayed bytes. */
const createLane = (target: Socket, isHeld: () => boolean, weather: Readonly<Weather>): Lane => {
  let waiting: { readonly bytes: Buffer; readonly dueAt: number }[] = [];
  const flush = (): void => {
    while (!isHeld()) {
      const [next] = waiting;
      if (next === undefined) return;
      const restMs = next.dueAt - Date.now();
      if (restMs > 0) {
        setTimeout(flush, restMs);
        return;
      }
      waiting.shift();
      target.write(next.bytes);
    }
  };
  return {
    push: (bytes) => {
      waiting.push({ bytes, dueAt: Date.now() + weather.delayMs });
      if (waiting.length === 1) flush();
    },
    flush,
    drop: () => {
      waiting = [];
    },
  };
};

const createLink = (
  client: Socket,
  upstream: Socket,
  weather: Readonly<Weather>,
  onEnd: (link: Link) => void,
): Link => {
  const requests = createLane(upstream, () => weather.mode === 'freeze', weather);
  const replies = createLane(client, () => weather.mode !== 'pass', weather);
  const link: Link = {
    flush: () => {
      requests.flush();
      replies.flush();
    },
    cut: () => {
      requests.drop();
      replies.drop();
      client.destroy();
      upstream.destroy();
      onEnd(link);
    },
  };
  upstream.on('data', replies.push);
  client.on('data', requests.push);
  for (const socket of [client, upstream]) {
    socket.setNoDelay(true);
    // Broken connections are expected; `close` follows every `error`.
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
  const weather: Weather = { mode: target.mode ?? 'pass', delayMs: 0 };
  const links = new Set<Link>();
  const cut = (): void => {
    for (const link of links) link.cut();
  };

  const server = createServer((client) => {
    if (weather.mode === 'refuse') {
      client.on('error', () => undefined);
      client.destroy();
      return;
    }
    const upstream = tcpConnect({ host: target.host ?? HOST, port: target.port });
    links.add(createLink(client, upstream, weather, (link) => links.delete(link)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    port,
    address: `${HOST}:${port}`,
    setMode: (next) => {
      weather.mode = next;
      if (next === 'refuse') cut();
      else for (const link of links) link.flush();
    },
    setDelay: (ms) => {
      weather.delayMs = ms;
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
