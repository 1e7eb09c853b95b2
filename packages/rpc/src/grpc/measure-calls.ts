import { type handleUnaryCall, status } from '@grpc/grpc-js';
import type { CallObserver } from './rpc-metrics';

/** Reports every finished call of a method to the observer. */
export const measureUnary = (
  observe: CallObserver | undefined,
  serve: handleUnaryCall<unknown, unknown>,
): handleUnaryCall<unknown, unknown> => {
  if (observe === undefined) return serve;
  return (call, callback) => {
    const startedAt = performance.now();
    serve(call, (...answer) => {
      const [error] = answer;
      const code = error === null ? status.OK : (error.code ?? status.UNKNOWN);
      observe(status[code], (performance.now() - startedAt) / 1_000);
      callback(...answer);
    });
  };
};
