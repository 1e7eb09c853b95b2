import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { endTogether } from './end-together';

/** Responses that have no connection: what is sent stays in them. */
const makeResponses = (count: number): readonly ServerResponse[] =>
  Array.from({ length: count }, () => new ServerResponse(new IncomingMessage(new Socket())));

const endedOf = (responses: readonly ServerResponse[]): number =>
  responses.filter(({ writableEnded }) => writableEnded).length;

it('responses of one turn of the event loop are sent at its end', async () => {
  const responses = makeResponses(3);
  for (const res of responses) endTogether(res, 'text');

  expect(endedOf(responses)).toBe(0);
  await endOfTurn();
  expect(endedOf(responses)).toBe(3);
});

it('at most 32 responses wait for each other', async () => {
  const responses = makeResponses(40);
  for (const res of responses) endTogether(res, 'text');

  expect(endedOf(responses)).toBe(32);
  await endOfTurn();
  expect(endedOf(responses)).toBe(40);
});

it('a client that leaves meanwhile does not keep the others from their responses', async () => {
  const [gone, other] = makeResponses(2) as [ServerResponse, ServerResponse];
  for (const res of [gone, other]) endTogether(res, 'text');
  gone.destroy();

  await endOfTurn();
  expect(other.writableEnded).toBe(true);
});
