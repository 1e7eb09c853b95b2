import type { Status } from '@flashreserve/contracts/google-rpc/status';
import { invariant } from '@flashreserve/ops';
import type { EntryOutcome } from '../group-commit/options';
import type { CallContext } from './call-context';
import { fromStatusMessage } from './rich-status';

/** What became of one entry of a batch call, as our protos say it. */
export interface BatchResult<Response> {
  outcome?: { $case: 'response'; value: Response } | { $case: 'error'; value: Status } | undefined;
}

/** Serves each entry of a batch call as a call of its own: what fails for one fails for that one only. */
export const serveEntries = <Request, Response>(
  requests: readonly Request[],
  { failureOf }: Pick<CallContext<unknown>, 'failureOf'>,
  serve: (request: Request) => Promise<Response>,
): Promise<BatchResult<Response>[]> =>
  Promise.all(
    requests.map(async (request): Promise<BatchResult<Response>> => {
      try {
        return { outcome: { $case: 'response', value: await serve(request) } };
      } catch (error) {
        return { outcome: { $case: 'error', value: failureOf(error) } };
      }
    }),
  );

/** Reads the answer to a batch call: one outcome for each entry, errors as `callUnary` would have thrown them. */
export const readResults = <Response>(
  results: readonly BatchResult<Response>[],
): EntryOutcome<Response>[] =>
  results.map(({ outcome }) => {
    invariant(outcome !== undefined, 'A batch call was answered with an empty result.');
    return outcome.$case === 'response'
      ? { ok: true, value: outcome.value }
      : { ok: false, error: fromStatusMessage(outcome.value) };
  });
