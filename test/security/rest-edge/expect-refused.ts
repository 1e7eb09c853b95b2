import type { RestResponse } from '../../support/rest-client';
import { problemBody, reasonOf } from '../../support/shop';
import { ACCESS_TABLE, leastCaller } from './access-table';
import { type EffectiveRequest, prepare } from './effective-requests';
import { sendAs } from './send';
import { type EdgeWorld, verdictOf } from './world';

/** A valid request with one error in it, and the pointer that the problem must have. */
export interface Attempt {
  readonly request: EffectiveRequest;
  readonly pointer: string | RegExp;
}

const blamed = (answer: RestResponse): readonly string[] => {
  if (answer.status !== 400 || reasonOf(answer) !== 'INVALID_REQUEST') return [];
  return (problemBody.parse(answer.body).errors ?? []).map(({ pointer }) => pointer);
};

const isAt = (pointer: string | RegExp, name: string): boolean =>
  typeof pointer === 'string'
    ? name === pointer || name.startsWith(`${pointer}/`)
    : pointer.test(name);

/**
 * Sends variants of a valid request as an accepted caller. Fails if one is accepted, if its problem
 * does not name the place, or if anything in the databases changes.
 */
export const expectRefused = async (
  world: EdgeWorld,
  row: string,
  attempts: (good: EffectiveRequest) => readonly Attempt[],
): Promise<void> => {
  const access = ACCESS_TABLE[row];
  if (access === undefined) throw new Error(`No row ${row}.`);
  const caller = leastCaller(access);
  const good = await prepare(world, row, caller);
  const before = await world.readState();

  for (const { request, pointer } of attempts(good)) {
    const answer = await sendAs(world, caller, row, request);
    const names = blamed(answer);
    const isNamed = names.some((name) => isAt(pointer, name));
    expect({ request, verdict: verdictOf(answer), names, isNamed }).toMatchObject({
      verdict: '400 INVALID_REQUEST',
      isNamed: true,
    });
  }

  expect(await world.readState()).toEqual(before);
};
