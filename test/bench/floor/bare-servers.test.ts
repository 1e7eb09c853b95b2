import { startBareGrpcServer } from './bare-grpc-server';
import { type BareServer, startBareHttpServer } from './bare-http-server';
import { createAnswerBody } from './example-messages';
import { makeCalls } from './make-calls';
import { DONE } from './repeat';

let server: BareServer | undefined;
afterEach(() => server?.stop());

describe('the bare HTTP server', () => {
  it('every request gets 201 and the same bytes', async () => {
    const body = createAnswerBody();
    server = await startBareHttpServer(body);
    for (let turn = 0; turn < 2; turn += 1) {
      const response = await fetch(`http://127.0.0.1:${server.port}/reservations/product`, {
        method: 'POST',
        body: '{"quantity":1}',
      });
      expect(response.status).toBe(201);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(body);
    }
  });

  it('its answer has the fields of a reservation of one product', () => {
    expect(JSON.parse(createAnswerBody().toString())).toEqual({
      status: 'PENDING',
      reservationId: expect.any(String),
      customerId: expect.any(String),
      items: [{ productId: expect.any(String), quantity: 1 }],
      productId: expect.any(String),
      quantity: 1,
      expiresAt: expect.stringMatching(/Z$/),
      createdAt: expect.stringMatching(/Z$/),
    });
  });
});

describe('the bare gRPC server', () => {
  it.each([1, 28])('every call for %d reservations is answered', async (entries) => {
    server = await startBareGrpcServer();
    const { port } = server;
    const outcome = await makeCalls({
      kind: 'calls',
      ...{ port, entries, inFlight: 4 },
      seconds: 0.1,
    });
    expect(outcome.errors).toBe(0);
    expect(outcome.answers[DONE]).toBeGreaterThanOrEqual(4);
  });
});
