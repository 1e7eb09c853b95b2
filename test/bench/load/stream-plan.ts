/** Streams of events to open. */
export interface StreamPlan {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly count: number;
}

/** From the benchmark to the readers. */
export type StreamRequest =
  | { readonly kind: 'open'; readonly plan: StreamPlan }
  /** How many events have come on all streams, since they were opened. */
  | { readonly kind: 'count' }
  | { readonly kind: 'close' };

/** From the readers to the benchmark; one for each request. */
export type StreamReply =
  /** Every stream has had its first event. */
  | { readonly kind: 'opened' }
  | { readonly kind: 'counted'; readonly events: number; readonly lost: number }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly message: string };
