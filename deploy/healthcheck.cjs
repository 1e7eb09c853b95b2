// Asks the component in this container whether it is alive: HTTP components on /healthz, gRPC ones through
// the standard health service (any answer counts, because "not serving" must not restart a container whose
// database is away). With the argument "ready" it asks whether it should get requests. Plain JavaScript, because it runs in the image as it stands here.
const { readFileSync } = require('node:fs');
const { argv, env, exit } = require('node:process');

const askReady = argv[2] === 'ready';

const httpPort = {
  gateway: env.PORT ?? 3000,
  'services/expiry-worker': env.WORKER_HTTP_PORT ?? 3100,
}[env.COMPONENT];
const grpcPort = {
  'services/auth': env.AUTH_GRPC_PORT ?? 50051,
  'services/catalog': env.CATALOG_GRPC_PORT ?? 50052,
  'services/reservation': env.RESERVATION_GRPC_PORT ?? 50053,
}[env.COMPONENT];

const checkHttp = async () => {
  const path = askReady ? '/readyz' : '/healthz';
  const response = await fetch(`http://127.0.0.1:${httpPort}${path}`, {
    signal: AbortSignal.timeout(2_500),
  });
  if (!response.ok)
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
};

// With mutual TLS the component asks itself with its own certificate, which is for its own name.
const serverName = env.COMPONENT?.split('/').at(-1);
const makeChannel = (grpc) => {
  if (!env.GRPC_TLS_CERT) return [grpc.credentials.createInsecure(), {}];
  const [ca, key, cert] = [env.GRPC_TLS_CA, env.GRPC_TLS_KEY, env.GRPC_TLS_CERT].map((file) =>
    readFileSync(file),
  );
  const context = require('node:tls').createSecureContext({ ca, key, cert, minVersion: 'TLSv1.3' });
  return [
    grpc.credentials.createFromSecureContext(context),
    { 'grpc.ssl_target_name_override': serverName },
  ];
};

const checkGrpc = () =>
  new Promise((resolve, reject) => {
    const grpc = require('@grpc/grpc-js');
    const { service } = require('grpc-health-check');
    const Health = grpc.makeGenericClientConstructor(service, 'grpc.health.v1.Health');
    const client = new Health(`127.0.0.1:${grpcPort}`, ...makeChannel(grpc));
    client.check({ service: '' }, { deadline: Date.now() + 2_500 }, (error, answer) => {
      if (error) reject(error);
      else if (askReady && answer.status !== 'SERVING') reject(new Error(answer.status));
      else resolve();
    });
  });

(httpPort === undefined ? checkGrpc() : checkHttp()).then(
  () => exit(0),
  (error) => {
    console.error(error.message);
    exit(1);
  },
);
