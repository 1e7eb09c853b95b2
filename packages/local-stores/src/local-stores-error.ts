/**
 * A store could not be found or made. The message is complete sentences for a person: what was tried,
 * and every way to get a store. Show it without the stack.
 */
export class LocalStoresError extends Error {
  override readonly name = 'LocalStoresError';
}

/** The text of anything thrown, for use inside another sentence. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
