/**
 * A store could not be found or made. The message is complete sentences for a person: what was tried,
 * and every way to get a store. Show it without the stack.
 */
export class LocalStoresError extends Error {
  override readonly name = 'LocalStoresError';
}
