import fc from 'fast-check';
import { answersOf, createStateGuard } from './batch';
import { createRawClient } from './rest/client';
import { allowanceOf, complaintsAbout, isOutage } from './rest/expectations';
import { readDocument } from './rest/openapi';
import { type BadRequest, badRequest, describeRequest } from './rest/request-arbitrary';
import { readSettings } from './settings';
import { createTally } from './tally';
import { startWorld, type World } from './world';

const { restRequests, batchSize, replay, timeoutMs } = readSettings();
const tally = createTally();
let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => {
  tally.print('Bad input over REST');
  await world.stop();
});

describe('bad input over REST', () => {
  it(
    'any request to any route gets a response that the OpenAPI document describes, never a 5xx, and a refused request changes nothing',
    async () => {
      const response = await fetch(`${world.stack.urls[0]}/openapi.json`);
      const document = readDocument((await response.json()) as object);
      const { send, close } = createRawClient(world.stack.urls[0]);
      const expectGuarded = await createStateGuard(world.state);
      const sendOne = async (request: BadRequest) => {
        const answers = await answersOf(() => send(request), isOutage);
        const answer = answers.last;
        tally.add(request.kind, `${Math.floor(answer.status / 100)}xx`);
        const complaints = complaintsAbout(document, request, answer);
        const seen =
          complaints.length === 0
            ? {}
            : { request: describeRequest(request), status: answer.status, text: answer.text };
        expect({ complaints, ...seen }).toEqual({ complaints: [] });
        return answers.all.flatMap((each) => allowanceOf(document, request, each));
      };
      const batch = fc.array(badRequest(world, document), {
        minLength: batchSize,
        maxLength: batchSize,
        size: 'max',
      });
      await fc.assert(
        fc.asyncProperty(batch, async (requests) => {
          await expectGuarded(await Promise.all(requests.map(sendOne)));
        }),
        { numRuns: Math.ceil(restRequests / batchSize), ...replay },
      );
      close();
    },
    timeoutMs,
  );

  it('after bad REST input every process is running and every unit is accounted for', async () => {
    world.expectHealthy();
    await world.shop.expectCleanAudit();
    expect(await world.shop.stockOf(world.productIds[0] ?? '')).toMatchObject({
      sold: expect.any(Number),
    });
  });
});
