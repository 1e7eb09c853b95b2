/** Streams of events to open. */
export interface StreamPlan {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly count: number;
}

export interface StreamCount {
  readonly events: number;
  /** Events of the stream with the fewest. */
  readonly least: number;
  /** Streams ended by the server. */
  readonly lost: number;
}

/** Messages from the benchmark to the readers. */
export type StreamRequest =
  | { readonly kind: 'open'; readonly plan: StreamPlan }
  /** Returns the events since the streams were opened or last counted. */
  | { readonly kind: 'count' }
  | { readonly kind: 'close' };

/** Messages from the readers to the benchmark, one per request. */
export type StreamReply =
  /** Every stream has had its first event. */
  | { readonly kind: 'opened' }
  | { readonly kind: 'counted'; readonly count: StreamCount }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly message: string };
