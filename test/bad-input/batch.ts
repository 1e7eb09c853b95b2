import { patiently } from '../support/patient-calls';
import type { State, StateReader } from './state';
import { changedCollections } from './state';

/** What one answer allows to have changed, as `<database>.<collection>`. */
export type Allowance = readonly string[];

/** Says whether the databases changed in another way than the answers of a batch allow. */
export const createStateGuard = async (
  reader: StateReader,
): Promise<(allowances: readonly Allowance[]) => Promise<void>> => {
  let before: State = await reader.read();
  return async (allowances) => {
    const after = await reader.read();
    const allowed = new Set(allowances.flat());
    const changed = [...changedCollections(before, after)].filter((name) => !allowed.has(name));
    // A failed batch is sent again, smaller; it must not be blamed for what this one has changed.
    before = after;
    expect({ changedWithoutLeave: changed }).toEqual({ changedWithoutLeave: [] });
  };
};

/** The answer to a request, with those before it that made a patient client repeat it (`patiently`). */
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

/** Words of stacks, drivers and libraries that no answer may hold. */
export const LEAK =
  /\bat \S+ \(|node_modules|\/dist\/|\.[jt]s:\d|mongo|mongoose|bson|e11000|casterror|typeerror|rangeerror|syntaxerror|zoderror|ioredis|econnre|grpc-js|protobuf|127\.0\.0\.1/i;
