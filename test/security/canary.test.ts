import { AuthServiceClient } from '@flashreserve/contracts/auth';
import { credentials } from '@grpc/grpc-js';
import { callPatiently } from '../support/patient-calls';
import { testStores } from '../support/stores';
import { outputOfBrokenStart } from './canary/broken-start';
import { type CanaryStack, startCanaryStack } from './canary/canary-stack';
import { driveAccount, driveAdmin, driveBadInput } from './canary/drive-accounts';
import { driveApiClient } from './canary/drive-clients';
import { driveOutages } from './canary/drive-outages';
import { driveSale } from './canary/drive-sale';
import { readMongo, readRedis } from './canary/read-stores';
import { createRecorder, type Recorder } from './canary/recorder';
import { knownSecrets, STACK_SECRETS, STORE_PASSWORD } from './canary/secrets';
import { findSecrets, spellingsOf } from './canary/spellings';

// Goal: no secret is ever written anywhere (passwords, tokens, secrets of components, store
// passwords, private keys): not to a log at its most verbose, not to a response other than the one
// that issues it, not to metrics, jobs or databases.

const PRIVATE_KEY = /PRIVATE KEY|"(d|p|q|dp|dq|qi)":"[\w-]{20,}"/;

/**
 * Messages of a component whose store does not answer, and of one with an invalid configuration.
 */
const AWAY = /does not answer/;
const REFUSED = /MONGO_URI|REDIS_URL|KEY_ENCRYPTION_SECRET|SERVICE_CLIENTS/;

let stack: CanaryStack;
let recorder: Recorder;
let brokenStarts: readonly string[];

/** Gets a service token with the right secret, and none with a wrong one. */
const driveService = async (): Promise<void> => {
  const auth = stack.instances.find(({ component }) => component === 'auth');
  const client = new AuthServiceClient(`127.0.0.1:${auth?.port}`, credentials.createInsecure());
  const ask = (clientSecret: string) =>
    callPatiently(
      client,
      'issueServiceToken',
      { clientId: 'dev-service', clientSecret },
      { deadline: new Date(Date.now() + 10_000) },
    );
  await expect(ask(STACK_SECRETS.GATEWAY_CLIENT_SECRET)).rejects.toThrow();
  const { accessToken } = await ask(STACK_SECRETS.DEV_SERVICE_CLIENT_SECRET);
  recorder.keepSecret({ name: 'service token', value: accessToken });
  client.close();
};

/** Components that fail because of their configuration, and log it. */
const driveBrokenStarts = async (): Promise<readonly string[]> => {
  const password = encodeURIComponent(STORE_PASSWORD);
  const base = { ...stack.env, NODE_ENV: 'production', AUTH_GRPC_PORT: '0', WORKER_HTTP_PORT: '0' };
  const auth = (env: Readonly<Record<string, string>>, complaint: RegExp) =>
    outputOfBrokenStart({ folder: 'services/auth', env: { ...base, ...env }, complaint });
  const worker = (REDIS_URL: string, complaint: RegExp) =>
    outputOfBrokenStart({
      folder: 'services/expiry-worker',
      env: { ...base, REDIS_URL },
      complaint,
    });
  return Promise.all([
    auth({ MONGO_URI: `mongodb://auth:${password}@127.0.0.1:9/` }, AWAY),
    auth({ MONGO_URI: `mongodb://auth:${STORE_PASSWORD}@127.0.0.1:9/` }, REFUSED),
    auth({ MONGO_URI: `postgres://auth:${password}@127.0.0.1:9/` }, REFUSED),
    // The keys in the store were encrypted with another one.
    auth({ KEY_ENCRYPTION_SECRET: STACK_SECRETS.GATEWAY_CLIENT_SECRET }, REFUSED),
    auth({ SERVICE_CLIENTS: STACK_SECRETS.GATEWAY_CLIENT_SECRET }, REFUSED),
    worker(`redis://queue:${password}@127.0.0.1:9`, AWAY),
    worker(`redis://queue:${STORE_PASSWORD}@127.0.0.1:9`, REFUSED),
    worker(`http://queue:${password}@127.0.0.1:9`, REFUSED),
  ]);
};

beforeAll(async () => {
  stack = await startCanaryStack();
  const { port = 0 } = stack.instances.find(({ component }) => component === 'gateway') ?? {};
  recorder = createRecorder(port, knownSecrets());
  const account = await driveAccount(recorder);
  const admin = await driveAdmin(recorder);
  await driveBadInput(recorder, account);
  await driveApiClient(recorder, admin);
  await driveSale(recorder, { admin, buyer: account.tokens.accessToken });
  await driveService();
  await driveOutages(stack, recorder, account);
  // So that there are jobs to search.
  await driveSale(recorder, { admin, buyer: account.tokens.accessToken });
  brokenStarts = await driveBrokenStarts();
}, 300_000);

afterAll(() => stack.stop());

const expectNoSecretIn = (text: string): void => {
  expect(findSecrets(text, recorder.secrets())).toEqual([]);
  expect(text).not.toMatch(PRIVATE_KEY);
};

it('the search finds every encoding of every secret', () => {
  expect(recorder.secrets().length).toBeGreaterThan(20);
  for (const secret of recorder.secrets()) {
    for (const spelling of spellingsOf(secret)) {
      expect(spelling.length).toBeGreaterThan(20);
      expect(findSecrets(`a ${spelling} z`, [secret]).length).toBeGreaterThan(0);
    }
    const inBasic = Buffer.from(`user:${secret.value}`).toString('base64');
    expect(findSecrets(inBasic, [secret]).length).toBeGreaterThan(0);
  }
});

it('the output of the components contains no secret', () => {
  const output = stack.output();
  // Every kind of event that was caused has been logged.
  for (const line of [
    /Request served/,
    /"clientName":"Canary shop"/,
    /A request was refused/,
    /Call rejected/,
    /Call could not be served/,
    /The store does not answer/,
    /WRONGPASS/,
    /ended \(signal SIGKILL\)/,
  ]) {
    expect(output).toMatch(line);
  }
  expectNoSecretIn(output);
});

it('the output of components that fail to start contains no secret', () => {
  const complaints = [AWAY, REFUSED, REFUSED, REFUSED, REFUSED, AWAY, REFUSED, REFUSED];
  expect(brokenStarts.map((output, index) => complaints[index]?.test(output))).toEqual(
    complaints.map(() => true),
  );
  expectNoSecretIn(brokenStarts.join('\n'));
});

it("no response contains a secret, except the caller's own tokens", () => {
  const answers = recorder.answers();
  expect(answers.length).toBeGreaterThan(60);
  expectNoSecretIn(answers.join('\n'));
});

it('no error response reveals internals', () => {
  for (const answer of recorder.answers().filter((text) => / -> [45]\d\d /.test(text))) {
    expect(answer).not.toMatch(/\bat .*:\d+:\d+|node_modules|node:internal|\.[cm]?[jt]s:\d/);
    expect(answer).not.toMatch(/Mongo(?!DB)|E11000|WRONGPASS|ECONN|ENOTFOUND|127\.0\.0\.1/);
  }
});

it('no metric contains a secret', async () => {
  for (const url of stack.metricsUrls) {
    const page = await (await fetch(url)).text();
    expect(page).toContain('process_cpu_seconds_total');
    expectNoSecretIn(page);
  }
});

it('no key and no job in Redis contains a secret', async () => {
  const lines = await readRedis(stack.redis, stack.prefix);
  expect(lines.some((line) => line.includes('reservationIds'))).toBe(true);
  expect(lines.some((line) => line.includes(':limit:'))).toBe(true);
  expectNoSecretIn(lines.join('\n'));
});

it('no document in MongoDB contains a secret', async () => {
  const lines = await readMongo(testStores().calmMongoUri, stack.prefix);
  for (const collection of ['users', 'sessions', 'refresh_tokens', 'signing_keys', 'api_clients']) {
    expect(lines.some((line) => line.startsWith(`auth.${collection} `))).toBe(true);
  }
  expect(lines.some((line) => line.startsWith('reservation.'))).toBe(true);
  expectNoSecretIn(lines.join('\n'));
});
