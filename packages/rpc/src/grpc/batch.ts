import type { Status } from '@flashreserve/contracts/google-rpc/status';
import { invariant } from '@flashreserve/ops';
import type { EntryOutcome } from '../group-commit/options';
import type { CallContext } from './call-context';
import { fromStatusMessage } from './rich-status';

/** Outcome of one entry of a batch call, as defined in the protos. */
export interface BatchResult<Response> {
  outcome?: { $case: 'response'; value: Response } | { $case: 'error'; value: Status } | undefined;
}

/** Serves each entry of a batch call independently: a failure affects that entry only. */
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

/** Reads a batch response: one outcome per entry, with errors as `callUnary` throws them. */
export const readResults = <Response>(
  results: readonly BatchResult<Response>[],
): EntryOutcome<Response>[] =>
  results.map(({ outcome }) => {
    invariant(outcome !== undefined, 'A batch response contains an empty result.');
    return outcome.$case === 'response'
      ? { ok: true, value: outcome.value }
      : { ok: false, error: fromStatusMessage(outcome.value) };
  });
