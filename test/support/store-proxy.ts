import { startTcpProxy } from './tcp-proxy';

/** Stands between a service and its store, so that a test can take the store away from this service alone. */
export interface StoreProxy {
  /** What the service takes as MONGO_URI. */
  readonly uri: string;
  /** Breaks all connections and refuses new ones. */
  readonly cut: () => void;
  /** Keeps connections open and lets nothing through. */
  readonly freeze: () => void;
  readonly heal: () => void;
  readonly stop: () => Promise<void>;
}

export const startStoreProxy = async (storeUri: string): Promise<StoreProxy> => {
  const store = new URL(storeUri);
  const proxy = await startTcpProxy({ host: store.hostname, port: Number(store.port || 27_017) });
  const uri = new URL(storeUri);
  uri.host = proxy.address;
  // Otherwise the driver would learn the store's real address and go round the proxy.
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
