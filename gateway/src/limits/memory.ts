import { BOUNDS } from './bounds';

const KIB = 1_024;
const MIB = 1_024 * KIB;

/** What things cost, rounded up from measurements on Node 20; `docs/limits.md` says how they were measured. */
export const MEMORY_COSTS = {
  /** Heap of a gateway that has served some thousand requests and has none. */
  heapOfProcess: 80 * MIB,
  /** Heap of an open connection. */
  heapOfConnection: 4 * KIB,
  /** Heap of a request under way, its answer included. */
  heapOfRequest: 32 * KIB,
  /** Heap of a stream beyond its connection. */
  heapOfStream: 4 * KIB,
  /** What the process takes beside its heap. */
  outsideOfProcess: 60 * MIB,
  /** What a connection takes beside the heap: its socket and its parser. */
  outsideOfConnection: 9 * KIB,
} as const;

export interface MemoryAtBounds {
  /** Bytes of the JavaScript heap in use when every bound is reached. */
  readonly heap: number;
  /** Bytes of the whole process then. */
  readonly process: number;
}

/** The memory that a gateway needs when every bound is reached at once, with so many streams open. */
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
