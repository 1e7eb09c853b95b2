import type { ServerWritableStream } from '@grpc/grpc-js';

/** Resolves when a slow reader has caught up or disconnected. */
const drained = (
  call: ServerWritableStream<unknown, unknown>,
  signal: AbortSignal,
): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    call.on('drain', done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });

/** Writes the responses with backpressure; stops when the signal aborts. */
export const writeAll = async (
  call: ServerWritableStream<unknown, unknown>,
  responses: AsyncIterable<unknown>,
  signal: AbortSignal,
): Promise<void> => {
  for await (const response of responses) {
    if (signal.aborted) return;
    if (!call.write(response)) await drained(call, signal);
  }
};
