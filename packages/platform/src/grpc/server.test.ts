import { PROTO_FILES } from '@flashreserve/contracts';
import {
  AuthServiceClient,
  AuthServiceService,
  type GetJwksResponse,
} from '@flashreserve/contracts/auth';
import { credentials, type ServiceError, status } from '@grpc/grpc-js';
import { createSilentLogger } from '../logging';
import { createHealthProbe } from './health-client';
import { type RunningGrpcServer, startGrpcServer } from './server';

const SERVICE_NAME = 'flashreserve.auth.v1.AuthService';

interface Held {
  readonly arrived: Promise<void>;
  readonly answer: () => void;
}

let server: RunningGrpcServer;
let client: AuthServiceClient;
let held: Held;

const startServer = async (): Promise<void> => {
  let arrive = (): void => {};
  let answer = (): void => {};
  held = {
    arrived: new Promise((resolve) => {
      arrive = resolve;
    }),
    answer: () => answer(),
  };
  server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    serviceName: SERVICE_NAME,
    protoFile: PROTO_FILES.auth,
    log: createSilentLogger(),
    service: {
      definition: AuthServiceService,
      implementation: {
        getJwks: (_call: unknown, callback: (error: null, response: GetJwksResponse) => void) => {
          answer = () => callback(null, { keys: [] });
          arrive();
        },
      },
    },
  });
  client = new AuthServiceClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
};

const getJwks = (): Promise<GetJwksResponse | ServiceError> =>
  new Promise((resolve) => {
    client.getJwks({}, (error, response) => {
      resolve(error ?? response);
    });
  });

const healthOf = async (service: string): Promise<string> => {
  const probe = createHealthProbe(`127.0.0.1:${server.port}`);
  try {
    return await probe.check(1_000, service);
  } finally {
    probe.close();
  }
};

beforeEach(startServer);
afterEach(async () => {
  client.close();
  await server.stop(0);
});

describe('a gRPC server', () => {
  it('is alive whether it serves or not, so that a lost store restarts nothing', async () => {
    expect(await healthOf('')).toBe('not-serving');
    expect(await healthOf('liveness')).toBe('serving');
    server.setServing(true);
    expect(await healthOf('')).toBe('serving');
    expect(await healthOf(SERVICE_NAME)).toBe('serving');
    server.setServing(false);
    expect(await healthOf(SERVICE_NAME)).toBe('not-serving');
    expect(await healthOf('liveness')).toBe('serving');
  });

  it('lets a call in flight finish when it stops, and takes no new one', async () => {
    const first = getJwks();
    await held.arrived;

    const stopped = server.stop(10_000);
    expect(await healthOf('')).toBe('unreachable');
    held.answer();

    expect(await first).toEqual({ keys: [] });
    await stopped;
    expect(await getJwks()).toMatchObject({ code: status.UNAVAILABLE });
  });

  it('cuts off what is not answered when its time is over', async () => {
    const never = getJwks();
    await held.arrived;

    const askedAt = performance.now();
    await server.stop(50);

    expect(performance.now() - askedAt).toBeLessThan(2_000);
    expect(await never).toMatchObject({ code: expect.any(Number) });
  });
});
