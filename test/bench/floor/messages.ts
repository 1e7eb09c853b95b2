import type { LoadOutcome } from '../load/load-plan';
import type { CallPlan } from './make-calls';
import type { TransactionPlan } from './write-transactions';

/** What the client process is asked to do. */
export type FloorPlan = CallPlan | TransactionPlan;

/** The only message of the servers' process. */
export interface ServerPorts {
  readonly http: number;
  readonly grpc: number;
}

/** Replies of the client process. */
export type FloorReply =
  | { readonly kind: 'done'; readonly outcome: LoadOutcome }
  | { readonly kind: 'failed'; readonly message: string };
