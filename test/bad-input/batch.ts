import { patiently } from '../support/patient-calls';
import type { State, StateReader } from './state';
import { changedCollections } from './state';

/** The collections that one response allows to have changed, as `<database>.<collection>`. */
export type Allowance = readonly string[];

/** Checks that the databases changed only as the responses of a batch allow. */
export const createStateGuard = async (
  reader: StateReader,
): Promise<(allowances: readonly Allowance[]) => Promise<void>> => {
  let before: State = await reader.read();
  return async (allowances) => {
    const after = await reader.read();
    const allowed = new Set(allowances.flat());
    const changed = [...changedCollections(before, after)].filter((name) => !allowed.has(name));
    // A failed batch is shrunk and sent again; it must not be blamed for changes of this one.
    before = after;
    expect({ changedWithoutLeave: changed }).toEqual({ changedWithoutLeave: [] });
  };
};

/** The response to a request, and the earlier ones that a patient client retried (`patiently`). */
export const answersOf = async <Answer>(
  send: () => Promise<Answer>,
  isOutage: (answer: Answer) => boolean,
): Promise<{ readonly all: readonly Answer[]; readonly last: Answer }> => {
  const all: Answer[] = [];
  const sendOnce = async (): Promise<Answer> => {
    const answer = await send();
    all.push(answer);
    return answer;
  };
  const last = await patiently(sendOnce, isOutage);
  return { all, last };
};

/** Text of stack traces, drivers and libraries that no response may contain. */
export const LEAK =
  /\bat \S+ \(|node_modules|\/dist\/|\.[jt]s:\d|mongo|mongoose|bson|e11000|casterror|typeerror|rangeerror|syntaxerror|zoderror|ioredis|econnre|grpc-js|protobuf|127\.0\.0\.1/i;
