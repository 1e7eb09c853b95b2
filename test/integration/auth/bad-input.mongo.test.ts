import { Role } from '@flashreserve/contracts/auth';
import { newId } from '@flashreserve/ops';
import { fromServiceError } from '@flashreserve/rpc';
import { Metadata } from '@grpc/grpc-js';
import { type Auth, freshEmail, PASSWORD, startAuth } from './auth-fixture';

let auth: Auth;
let adminToken: string;

beforeAll(async () => {
  auth = await startAuth();
  adminToken = await auth.adminToken();
});
afterAll(() => auth.stop());

const METHODS = [
  'Register',
  'Login',
  'RefreshSession',
  'RevokeSession',
  'EndSession',
  'GetUser',
  'SetUserRole',
  'IssueServiceToken',
  'GetJwks',
] as const;

/** Sends bytes unchanged. */
const send = (method: string, bytes: Buffer): Promise<unknown> => {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${adminToken}`);
  return new Promise((resolve, reject) => {
    auth.client.makeUnaryRequest(
      `/flashreserve.auth.v1.AuthService/${method}`,
      (value: Buffer) => value,
      (value: Buffer) => value,
      bytes,
      metadata,
      { deadline: Date.now() + 5_000 },
      (error, answer) => {
        if (error) reject(fromServiceError(error));
        else resolve(answer);
      },
    );
  });
};

const invalid = (field: string) => ({
  kind: 'invalid',
  reason: 'INVALID_REQUEST',
  fieldViolations: expect.arrayContaining([expect.objectContaining({ field })]),
});

describe('undecodable requests', () => {
  it.each(METHODS)('undecodable bytes get INVALID_REQUEST from %s', async (method) => {
    for (const bytes of [Buffer.from('{"email":{"$ne":null}}'), Buffer.from([0x0a, 0xff, 0x01])]) {
      await expect(send(method, bytes)).rejects.toMatchObject({
        kind: 'invalid',
        reason: 'INVALID_REQUEST',
      });
    }
  });

  it('an unknown role is refused', async () => {
    const email = freshEmail();
    const text = (tag: number, value: string) =>
      Buffer.concat([Buffer.from([tag, value.length]), Buffer.from(value)]);
    const bytes = Buffer.concat([text(0x0a, email), text(0x12, PASSWORD), Buffer.from([0x20, 7])]);

    await expect(send('Register', bytes)).rejects.toMatchObject(invalid('role'));
    await expect(auth.login(email)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
  });
});

describe('invalid fields', () => {
  const registration = {
    email: freshEmail(),
    password: PASSWORD,
    name: '',
    role: Role.ROLE_UNSPECIFIED,
  };

  it.each([
    ['email', ''],
    ['email', 'nobody'],
    ['email', '{"$ne":null}'],
    ['email', `${'a'.repeat(250)}@example.test`],
    ['password', ''],
    ['password', '1234567'],
    ['password', 'x'.repeat(129)],
    ['name', 'x'.repeat(101)],
  ])('Register names the invalid field: %s %j', async (field, value) => {
    await expect(auth.call('register', { ...registration, [field]: value })).rejects.toMatchObject(
      invalid(field),
    );
  });

  it('Register names all invalid fields at once', async () => {
    await expect(
      auth.call('register', { ...registration, email: 'x', password: 'y' }),
    ).rejects.toMatchObject({
      fieldViolations: [
        expect.objectContaining({ field: 'email' }),
        expect.objectContaining({ field: 'password' }),
      ],
    });
  });

  it('the other methods name the invalid field', async () => {
    const token = adminToken;
    const cases: readonly (readonly [() => Promise<unknown>, string])[] = [
      [() => auth.call('login', { email: '', password: PASSWORD }), 'email'],
      [() => auth.call('login', { email: 'a@b.co', password: '' }), 'password'],
      [() => auth.call('login', { email: 'a@b.co', password: 'x'.repeat(129) }), 'password'],
      [() => auth.call('refreshSession', { refreshToken: '' }), 'refresh_token'],
      [() => auth.call('refreshSession', { refreshToken: 'x'.repeat(2_000) }), 'refresh_token'],
      [() => auth.call('revokeSession', { refreshToken: '' }), 'refresh_token'],
      [() => auth.call('getUser', { userId: '../x' }, { token }), 'user_id'],
      [() => auth.call('setUserRole', { userId: '', role: Role.ROLE_ADMIN }, { token }), 'user_id'],
      [() => auth.call('issueServiceToken', { clientId: '', clientSecret: 'x' }), 'client_id'],
      [() => auth.call('issueServiceToken', { clientId: 'x', clientSecret: '' }), 'client_secret'],
    ];
    for (const [answer, field] of cases) {
      await expect(answer()).rejects.toMatchObject(invalid(field));
    }
  });

  it('a password may have 128 characters of any script', async () => {
    const password = '密'.repeat(128);
    const email = freshEmail();
    await auth.call('register', { ...registration, email, password });
    await expect(auth.login(email, password)).resolves.toBeDefined();
    await expect(auth.login(email, '密'.repeat(127))).rejects.toMatchObject({
      reason: 'INVALID_CREDENTIALS',
    });
  });
});

describe('foreign tokens', () => {
  it('every method refuses a token that auth did not issue, even open methods', async () => {
    const [header, payload, signature] = adminToken.split('.') as [string, string, string];
    const forge = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = [
      'x.y.z',
      `${header}.${payload}.`,
      `${header}.${forge({ ...claims, sub: newId() })}.${signature}`,
      `${forge({ alg: 'none', typ: 'at+jwt' })}.${payload}.${signature}`,
      `${forge({ alg: 'RS256', typ: 'at+jwt', kid: '../../dev/null' })}.${payload}.${signature}`,
      'x'.repeat(5_000),
    ];
    for (const token of forged) {
      for (const answer of [
        () => auth.call('getUser', { userId: newId() }, { token }),
        () => auth.call('getJwks', {}, { token }),
      ]) {
        await expect(answer()).rejects.toMatchObject({
          kind: 'unauthenticated',
          reason: 'TOKEN_INVALID',
        });
      }
    }
  });
});
