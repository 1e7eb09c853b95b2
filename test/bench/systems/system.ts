import type { NamedProcess } from '../measure/process-usage';

/** One of the things that are compared. */
export interface System {
  /** What tables call it. */
  readonly label: string;
  readonly url: string;
  /** Prefix of its databases and keys. */
  readonly prefix: string;
  readonly processes: () => readonly NamedProcess[];
  /** Makes a product through the API. */
  readonly createProduct: (stock: number) => Promise<string>;
  /** Makes many products at once, straight in the database. Their ids in the order of creation. */
  readonly insertProducts: (count: number, stock: number) => Promise<readonly string[]>;
  /** What is wrong with the stock, in words; empty when the books are right. */
  readonly audit: () => Promise<readonly string[]>;
  /** Everything that it logged so far; it logs only what is not as it should be. */
  readonly logLines: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** Where everything of one run of the benchmark is. */
export interface Site {
  readonly root: string;
  readonly mongoUri: string;
  readonly redisUrl: string;
  readonly cpuProfFolder: string | undefined;
  readonly signal: AbortSignal;
}
