import { BOUNDS } from './bounds';

const KIB = 1_024;
const MIB = 1_024 * KIB;

/** Memory costs, rounded up from measurements on Node 20; `docs/limits.md` describes the method. */
const MEMORY_COSTS = {
  /** Heap of an idle gateway after some thousand requests. */
  heapOfProcess: 80 * MIB,
  /** Heap per open connection. */
  heapOfConnection: 4 * KIB,
  /** Heap per request in flight, including its response. */
  heapOfRequest: 32 * KIB,
  /** Heap per stream, beyond its connection. */
  heapOfStream: 4 * KIB,
  /** Memory of the process outside the heap. */
  outsideOfProcess: 60 * MIB,
  /** Memory per connection outside the heap: socket and parser. */
  outsideOfConnection: 9 * KIB,
} as const;

export interface MemoryAtBounds {
  /** JavaScript heap in use when every bound is reached, in bytes. */
  readonly heap: number;
  /** Memory of the whole process in that state, in bytes. */
  readonly process: number;
}

/** Memory that a gateway needs when every bound is reached at once, with `streams` open streams. */
export const memoryAtBounds = (streams: number): MemoryAtBounds => {
  const costs = MEMORY_COSTS;
  const heap =
    costs.heapOfProcess +
    BOUNDS.connectionsMax * costs.heapOfConnection +
    BOUNDS.requestsMax * costs.heapOfRequest +
    streams * costs.heapOfStream;
  const outside =
    costs.outsideOfProcess +
    BOUNDS.connectionsMax * costs.outsideOfConnection +
    BOUNDS.waitingBytesMax;
  return { heap, process: heap + outside };
};
