import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { answersOf, createStateGuard } from './batch';
import { type BadCall, badCall, describeCall } from './grpc/call-arbitrary';
import { createByteClients } from './grpc/client';
import { readRpcs } from './grpc/descriptors';
import { callAllowance, callComplaints, isCallOutage } from './grpc/expectations';
import { readSettings } from './settings';
import { createTally } from './tally';
import { startWorld, type World } from './world';

const { grpcRequests, batchSize, replay, timeoutMs } = readSettings();
const tally = createTally();
let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => {
  tally.print('Bad input over gRPC');
  await world.stop();
});

describe('bad input over gRPC', () => {
  it(
    'any call of any RPC is accepted or refused with a reason, never INTERNAL or UNKNOWN, and a refused call changes nothing',
    async () => {
      const { call, close } = createByteClients(world);
      const expectGuarded = await createStateGuard(world.state);
      const callOne = async (bad: BadCall) => {
        const answers = await answersOf(() => call(bad), isCallOutage);
        const answer = answers.last;
        tally.add(bad.rpc.name, status[answer.code]);
        const complaints = callComplaints(bad, answer);
        const sent = complaints.length === 0 ? {} : { call: describeCall(bad) };
        expect({ complaints, ...sent }).toEqual({ complaints: [] });
        return answers.all.flatMap((each) => callAllowance(bad, each));
      };
      const batch = fc.array(badCall(world, readRpcs()), {
        minLength: batchSize,
        maxLength: batchSize,
      });
      await fc.assert(
        fc.asyncProperty(batch, async (calls) => {
          await expectGuarded(await Promise.all(calls.map(callOne)));
        }),
        { numRuns: Math.ceil(grpcRequests / batchSize), ...replay },
      );
      close();
    },
    timeoutMs,
  );

  it('after bad gRPC input every process is running and every unit is accounted for', async () => {
    world.expectHealthy();
    await world.shop.expectCleanAudit();
  });
});
