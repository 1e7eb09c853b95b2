import { AssertionError } from 'node:assert';

/** Fails fast on a programming error. Never use it for invalid input or an outage. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError({ message, stackStartFn: invariant });
}
