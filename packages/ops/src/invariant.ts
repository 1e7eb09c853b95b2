import { AssertionError } from 'node:assert';

/** Stops a programmer's error where it happens. Never use it for bad input or an outage. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError({ message, stackStartFn: invariant });
}
