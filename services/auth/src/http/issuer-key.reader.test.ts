import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeOutsideKey } from '@flashreserve/identity/testing';
import type { ConfiguredIssuer } from '../application/ports';
import { createIssuerKeyReader } from './issuer-key.reader';

type Answer = (response: ServerResponse) => void;

const rsa = makeOutsideKey('RS256', 'rsa').jwk;
const ec = makeOutsideKey('ES256', 'ec').jwk;
const ed = makeOutsideKey('EdDSA', 'ed').jwk;
const KEYS_PATH = '/keys';
const DISCOVERY_PATH = '/.well-known/openid-configuration';

const json =
  (body: unknown): Answer =>
  (response) =>
    response.end(JSON.stringify(body));

let server: Server;
let base: string;
let answers: Record<string, Answer>;
let asked: string[];
const { read } = createIssuerKeyReader();

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404).end();
    else answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  answers = {
    [DISCOVERY_PATH]: json({ issuer: base, jwks_uri: `${base}${KEYS_PATH}` }),
    [KEYS_PATH]: json({ keys: [rsa, ec, ed] }),
  };
});

const issuerAt = (change: Partial<ConfiguredIssuer> = {}): ConfiguredIssuer => ({
  issuer: base,
  alias: 'one',
  audiences: ['api'],
  audienceClaim: 'aud',
  algorithms: ['RS256'],
  customerClaim: ['sub'],
  requiredClaims: [],
  allowHttp: false,
  ...change,
});

describe('reading the keys of an issuer', () => {
  it('discovery finds the keys', async () => {
    await expect(read(issuerAt())).resolves.toEqual([rsa, ec, ed]);
    expect(asked).toEqual([DISCOVERY_PATH, KEYS_PATH]);
  });

  it('with an address of the keys discovery is not asked', async () => {
    const issuer = issuerAt({ issuer: 'https://one.example', jwksUri: `${base}${KEYS_PATH}` });
    await expect(read(issuer)).resolves.toHaveLength(3);
    expect(asked).toEqual([KEYS_PATH]);
  });

  it('private members, and keys that verify nothing, are dropped', async () => {
    const keys = [
      { ...rsa, d: 'private', p: 'private', x5c: ['cert'] },
      { ...ec, kid: undefined },
      { ...ed, kid: 'enc', use: 'enc' },
      { kty: 'oct', kid: 'symmetric', k: 'c2VjcmV0' },
      { ...ec, kid: 'broken', x: 'AA' },
      { ...ec, kid: 'curve', crv: 'secp256k1', alg: 'ES256K' },
      'no key',
    ];
    answers[KEYS_PATH] = json({ keys });
    await expect(read(issuerAt())).resolves.toEqual([rsa]);
  });

  const other = 'https://other.example';
  it.each<[string, () => Record<string, Answer>]>([
    ['of another issuer', () => ({ [DISCOVERY_PATH]: json({ issuer: other, jwks_uri: other }) })],
    [
      'that names keys over HTTP elsewhere',
      () => ({ [DISCOVERY_PATH]: json({ issuer: base, jwks_uri: 'http://10.0.0.1/keys' }) }),
    ],
    ['without keys', () => ({ [KEYS_PATH]: json({}) })],
    ['with too many keys', () => ({ [KEYS_PATH]: json({ keys: Array(21).fill(rsa) }) })],
    ['that is no JSON', () => ({ [KEYS_PATH]: (response) => response.end('<html>') })],
    [
      'that is larger than 128 KiB',
      () => ({ [KEYS_PATH]: (response) => response.end(`"${'x'.repeat(131_072)}"`) }),
    ],
    ['with an error status', () => ({ [KEYS_PATH]: (response) => response.writeHead(500).end() })],
    [
      'that redirects',
      () => ({
        [KEYS_PATH]: (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
        '/elsewhere': json({ keys: [rsa] }),
      }),
    ],
  ])('an answer %s is refused', async (_what, change) => {
    Object.assign(answers, change());
    await expect(read(issuerAt())).rejects.toThrow();
    expect(asked).not.toContain('/elsewhere');
  });

  it('an answer that never ends is given up after 3 s', async () => {
    answers[KEYS_PATH] = (response) => response.write('{"keys":[');
    await expect(read(issuerAt())).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
