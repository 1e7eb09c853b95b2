import type { NamedProcess } from '../measure/process-usage';

/** A system under comparison. */
export interface System {
  /** Its name in tables. */
  readonly label: string;
  readonly url: string;
  /** Prefix of its databases and keys. */
  readonly prefix: string;
  readonly processes: () => readonly NamedProcess[];
  /** Creates a product through the API. */
  readonly createProduct: (stock: number) => Promise<string>;
  /** Creates many products directly in the database. Returns their ids in the order of creation. */
  readonly insertProducts: (count: number, stock: number) => Promise<readonly string[]>;
  /**
   * Resolves once exactly `units` of these products are held, or after 30 s: a system may settle
   * stock after its response.
   */
  readonly settle: (productIds: readonly string[], units: number) => Promise<void>;
  /** Problems of the stock as text; empty if it adds up. */
  readonly audit: () => Promise<readonly string[]>;
  /** Everything that it has logged; it logs problems only. */
  readonly logLines: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** The resources of one run of the benchmark. */
export interface Site {
  readonly root: string;
  readonly mongoUri: string;
  readonly redisUrl: string;
  readonly cpuProfFolder: string | undefined;
  readonly signal: AbortSignal;
}
