/**
 * A store could not be found or started. The message is meant for users: it says what failed and
 * lists every way to get a store. Show it without the stack.
 */
export class LocalStoresError extends Error {
  override readonly name = 'LocalStoresError';
}
