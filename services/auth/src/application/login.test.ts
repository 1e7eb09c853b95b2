import { ANONYMOUS } from '@flashreserve/identity';
import { systemClock } from '@flashreserve/ops';
import type { DomainError } from '@flashreserve/rpc';
import type { User } from '../domain/user';
import { createMemorySessions } from '../testing/memory-sessions';
import { createLogin } from './login';
import type { PasswordHasher, UserRepository } from './ports';
import { createRegister } from './register';

const ann: User = {
  userId: 'ann',
  email: 'ann@example.test',
  name: 'Ann',
  role: 'CUSTOMER',
  createdAt: new Date(0),
  passwordVersion: 0,
};
const HASH_OF_ANN = 'hash of ann';
const limits = { deadline: new Date(Date.now() + 60_000), signal: new AbortController().signal };

/** The part that logins and registrations use. */
const users = {
  insert: async () => true,
  findById: async (userId) => (userId === ann.userId ? ann : undefined),
  findByEmail: async (email) =>
    email === ann.email ? { user: ann, passwordHash: HASH_OF_ANN } : undefined,
} satisfies Partial<UserRepository> as Partial<UserRepository> as UserRepository;

/** A hasher that records its calls. */
const createRecorder = () => {
  const work: string[] = [];
  const hasher: PasswordHasher = {
    inTurn: (_limits, task) => {
      work.push('turn');
      return task({
        hash: async () => {
          work.push('hash');
          return 'a hash';
        },
        verify: async (password, passwordHash) => {
          work.push('verify');
          return passwordHash === HASH_OF_ANN && password === 'right';
        },
      });
    },
  };
  return { hasher, work };
};

const tryLogin = async (email: string) => {
  const { hasher, work } = createRecorder();
  const login = createLogin({
    users,
    hasher,
    openSession: async () => ({ sessionId: 's-1', refreshToken: 'token' }),
    issueAccessToken: async () => ({ accessToken: 'token', expiresInSeconds: 900 }),
  });
  const { kind, reason, message, metadata, fieldViolations } = await login(
    { email, password: 'wrong' },
    limits,
  ).then(
    () => {
      throw new Error('The login succeeded.');
    },
    (error: DomainError) => error,
  );
  return { answer: { kind, reason, message, metadata, fieldViolations }, work };
};

describe('a failed login', () => {
  it('a login fails with the same response after the same work whether or not the account exists', async () => {
    const [known, unknown] = [await tryLogin(ann.email), await tryLogin('nobody@example.test')];
    expect(unknown).toEqual(known);
    expect(known.answer.reason).toBe('INVALID_CREDENTIALS');
    expect(known.work).toEqual(['turn', 'verify']);
  });
});

describe('a registration', () => {
  const register = async (email: string) => {
    const { hasher, work } = createRecorder();
    const outcome = await createRegister({
      users,
      sessions: createMemorySessions(),
      hasher,
      clock: systemClock,
    })({ email, password: 'right', name: '', role: 'CUSTOMER' }, ANONYMOUS, limits).then(
      () => 'done',
      ({ reason }: DomainError) => reason,
    );
    return { outcome, work };
  };

  it('a registration with a taken address is refused without hashing the password', async () => {
    expect(await register(ann.email)).toEqual({ outcome: 'EMAIL_TAKEN', work: ['turn'] });
  });

  it('a registration with a free address hashes the password once', async () => {
    expect(await register('bob@example.test')).toEqual({ outcome: 'done', work: ['turn', 'hash'] });
  });
});
