import type { Random } from '../random';
import type { Site } from '../site/site';

/** The resources that a fault may use. */
export interface FaultContext {
  readonly site: Site;
  readonly random: Random;
  /** Adds abnormal jobs to the expiry queue. */
  readonly recentReservations: () => readonly string[];
}

/** A chosen fault, ready to be injected. */
export interface Fault {
  readonly name: string;
  /** The target, for the history. */
  readonly target: string;
  readonly detail?: Readonly<Record<string, string | number>>;
  /** Injects the fault and resolves when it is over: repaired, or left to recover by itself. */
  readonly run: () => Promise<void>;
}

/** Chooses a fault of its kind. */
export type FaultKind = (context: FaultContext) => Fault;
