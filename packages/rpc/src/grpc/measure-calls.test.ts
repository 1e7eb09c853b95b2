import { createMetrics } from '@flashreserve/ops';
import { type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { measureUnary } from './measure-calls';
import { createRpcMetrics } from './rpc-metrics';

type Answer = Parameters<sendUnaryData<unknown>>;

/** Serves one call per answer and returns what the callers got. */
const serve = (answers: readonly Answer[]) => {
  const metrics = createMetrics();
  const rpcMetrics = createRpcMetrics(metrics);
  const left = [...answers];
  const handler = measureUnary(rpcMetrics('Reserve'), (_call, callback) => {
    callback(...(left.shift() ?? [null]));
  });
  const got: unknown[][] = [];
  for (const _answer of answers) {
    handler({} as ServerUnaryCall<unknown, unknown>, (...answer) => {
      got.push(answer);
    });
  }
  return { got, text: () => metrics.metrics() };
};

describe('measured calls', () => {
  it('measured calls are counted by method and status, timed, and answered unchanged', async () => {
    const answers: Answer[] = [
      [null, 'a'],
      [null, 'b'],
      [{ code: status.UNAVAILABLE, details: 'away' }],
      [{ details: 'no code' }],
    ];

    const { got, text } = serve(answers);

    expect(got).toEqual(answers);
    const metrics = await text();
    const calls = 'flashreserve_rpc_calls_total{method="Reserve",status=';
    expect(metrics).toContain(`${calls}"OK"} 2`);
    expect(metrics).toContain(`${calls}"UNAVAILABLE"} 1`);
    expect(metrics).toContain(`${calls}"UNKNOWN"} 1`);
    expect(metrics).toContain('flashreserve_rpc_duration_seconds_count{method="Reserve"} 4');
  });

  it('a handler without an observer is not wrapped', () => {
    const plain = () => undefined;

    expect(measureUnary(undefined, plain)).toBe(plain);
  });
});
