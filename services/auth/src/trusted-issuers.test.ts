import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trustedIssuers } from './trusted-issuers';

const shop = { issuer: 'https://shop.example/', alias: 'shop', audience: 'api' };
const parse = (value: unknown) =>
  trustedIssuers.safeParse(typeof value === 'string' ? value : JSON.stringify(value));
const problemsOf = (value: unknown): readonly string[] =>
  (parse(value).error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);

describe('TRUSTED_ISSUERS', () => {
  it('without a value no issuer is trusted', () => {
    expect(trustedIssuers.parse(undefined)).toEqual([]);
  });

  it('an issuer needs an address, an alias and an audience; the rest has defaults', () => {
    expect(parse([shop]).data).toEqual([
      {
        issuer: 'https://shop.example/',
        alias: 'shop',
        audiences: ['api'],
        audienceClaim: 'aud',
        algorithms: ['RS256'],
        customerClaim: ['sub'],
        requiredClaims: [],
        allowHttp: false,
      },
    ]);
  });

  it('claims may be nested, and values may be booleans', () => {
    const given = {
      ...shop,
      customerClaim: 'https://shop.example/id',
      adminRole: { claim: ['realm_access', 'roles'], value: 'admin' },
      requiredClaims: [{ claim: 'email_verified', value: true }],
    };
    expect(parse([given]).data).toMatchObject([
      {
        customerClaim: ['https://shop.example/id'],
        adminRole: { path: ['realm_access', 'roles'], value: 'admin' },
        requiredClaims: [{ path: ['email_verified'], value: 'true' }],
      },
    ]);
  });

  it('the list may be in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'issuers-'));
    try {
      const path = join(folder, 'issuers.json');
      writeFileSync(path, JSON.stringify([shop], undefined, 2));
      expect(parse(path).data).toMatchObject([{ alias: 'shop' }]);
      expect(problemsOf(join(folder, 'none.json'))[0]).toContain('the path of a file');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '[{', ' is not valid JSON'],
    ['too many', Array.from({ length: 11 }, () => shop), ' must be a list of at most 10 issuers'],
    ['no audience', [{ ...shop, audience: undefined }], '0 "audience" must be an audience'],
    ['an unknown member', [shop, { ...shop, secret: 'x' }], '1 Unrecognized key: "secret"'],
    ['an alias with "|"', [{ ...shop, alias: 'a|b' }], '0 "alias" must be 1 to 32'],
    [
      'the same alias twice',
      [shop, { ...shop, issuer: 'https://b.example' }],
      ' repeats an "alias"',
    ],
    ['the same issuer twice', [shop, { ...shop, alias: 'b' }], ' repeats an "issuer"'],
    [
      'a symmetric algorithm',
      [{ ...shop, algorithms: ['HS256'] }],
      '0 "algorithms.0" must be one of',
    ],
    ['no algorithm', [{ ...shop, algorithms: [] }], '0 "algorithms" is empty'],
    ['alg none', [{ ...shop, algorithms: ['none'] }], '0 "algorithms.0" must be one of'],
    ['plain HTTP', [{ ...shop, issuer: 'http://shop.example' }], '0 "issuer" must be https://'],
    ['keys over HTTP', [{ ...shop, jwksUri: 'http://10.0.0.1/k' }], '0 "jwksUri" must be https://'],
    ['a password', [{ ...shop, jwksUri: 'https://a:b@c.example' }], '0 "jwksUri" must be https://'],
    [
      'another scheme',
      [{ ...shop, jwksUri: 'file:///etc/passwd' }],
      '0 "jwksUri" must be an https',
    ],
  ])('refused, naming the field: %s', (_what, value, problem) => {
    expect(problemsOf(value).join('\n')).toContain(problem);
  });

  it.each([
    [{ issuer: 'http://127.0.0.1:3030' }],
    [{ issuer: 'http://localhost:3030' }],
    [{ issuer: 'http://keycloak:8080/realms/shop', allowHttp: true }],
  ])('plain HTTP is accepted for this host, or if it is allowed: %j', (change) => {
    expect(parse([{ ...shop, ...change }]).success).toBe(true);
  });
});
