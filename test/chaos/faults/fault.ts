import type { Random } from '../random';
import type { Site } from '../site/site';

/** What a fault may use. */
export interface FaultContext {
  readonly site: Site;
  readonly random: Random;
  /** Adds to the expiry queue what no component would. */
  readonly recentReservations: () => readonly string[];
}

/** One thing that goes wrong, chosen and ready to happen. */
export interface Fault {
  readonly name: string;
  /** What it happens to, for the history. */
  readonly target: string;
  readonly detail?: Readonly<Record<string, string | number>>;
  /** Makes it happen and resolves when it is over: mended, or left to mend itself. */
  readonly run: () => Promise<void>;
}

/** Chooses a fault of its kind. */
export type FaultKind = (context: FaultContext) => Fault;
