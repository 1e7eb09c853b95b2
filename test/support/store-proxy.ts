import { startTcpProxy } from './tcp-proxy';

/**
 * A proxy between a service and its store that can make the store unavailable to this service only.
 */
export interface StoreProxy {
  /** The MONGO_URI for the service. */
  readonly uri: string;
  /** Closes all connections and refuses new ones. */
  readonly cut: () => void;
  /** Keeps connections open and forwards nothing. */
  readonly freeze: () => void;
  readonly heal: () => void;
  readonly stop: () => Promise<void>;
}

export const startStoreProxy = async (storeUri: string): Promise<StoreProxy> => {
  const store = new URL(storeUri);
  const proxy = await startTcpProxy({ host: store.hostname, port: Number(store.port || 27_017) });
  const uri = new URL(storeUri);
  uri.host = proxy.address;
  // Otherwise the driver would discover the store's real address and bypass the proxy.
  uri.searchParams.set('directConnection', 'true');
  return {
    uri: uri.toString(),
    cut: () => {
      proxy.setMode('refuse');
    },
    freeze: () => {
      proxy.setMode('freeze');
    },
    heal: () => {
      proxy.setMode('pass');
    },
    stop: proxy.stop,
  };
};
