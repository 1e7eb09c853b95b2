import { unavailable } from '../errors';

/**
 * Waits for the store at most this long. What was asked of it may still happen afterwards.
 *
 * The driver's own time limits do not see everything: a command that is written to a socket between its end and
 * its `close` event waits for ever (7.8, 7.9).
 *
 * @throws DomainError STORE_UNAVAILABLE
 */
export const withinTime = async <Result>(ms: number, work: Promise<Result>): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        unavailable('STORE_UNAVAILABLE', 'The store does not answer in time. Try again shortly.'),
      );
    }, ms);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
};
