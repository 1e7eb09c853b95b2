/** Streams of events to open. */
export interface StreamPlan {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly count: number;
}

export interface StreamCount {
  readonly events: number;
  /** Events of the stream that had fewest. */
  readonly least: number;
  /** Streams that the other side has ended. */
  readonly lost: number;
}

/** From the benchmark to the readers. */
export type StreamRequest =
  | { readonly kind: 'open'; readonly plan: StreamPlan }
  /** What has come on the streams since they were opened or counted last. */
  | { readonly kind: 'count' }
  | { readonly kind: 'close' };

/** From the readers to the benchmark; one for each request. */
export type StreamReply =
  /** Every stream has had its first event. */
  | { readonly kind: 'opened' }
  | { readonly kind: 'counted'; readonly count: StreamCount }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly message: string };
