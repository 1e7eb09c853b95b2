import { pino } from 'pino';
import { uniquePrefix } from '../../support/stores';
import { ADMIN, type Auth, type AuthSettings, PASSWORD, startAuth } from './auth-fixture';

const started: Auth[] = [];

const start = async (settings: AuthSettings): Promise<Auth> => {
  const auth = await startAuth(settings);
  started.push(auth);
  return auth;
};

const createRecordingLogger = () => {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  return { log, text: () => lines.join('') };
};

const isAdmin = async (auth: Auth, email: string, password: string): Promise<boolean> => {
  const { accessToken } = await auth.login(email, password);
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
  return claims.role === 'ADMIN';
};

afterEach(async () => {
  await Promise.all(started.splice(0).map((auth) => auth.stop()));
});

describe('the first administrator', () => {
  it('three instances that start concurrently create one administrator', async () => {
    const prefix = uniquePrefix();

    const instances = await Promise.all([start({ prefix }), start({ prefix }), start({ prefix })]);

    for (const auth of instances) {
      await expect(isAdmin(auth, ADMIN.email, ADMIN.password)).resolves.toBe(true);
    }
  });

  it('the administrator keeps its password when auth restarts with another ADMIN_PASSWORD', async () => {
    const { prefix } = await start({});
    const again = await start({
      prefix,
      env: { ADMIN_EMAIL: 'other@example.test', ADMIN_PASSWORD: 'another password' },
    });

    await expect(isAdmin(again, ADMIN.email, ADMIN.password)).resolves.toBe(true);
    await expect(again.login('other@example.test', 'another password')).rejects.toMatchObject({
      reason: 'INVALID_CREDENTIALS',
    });
  });

  it('a customer with ADMIN_EMAIL does not become an administrator, and a warning is logged', async () => {
    const first = await start({ env: { ADMIN_EMAIL: '', ADMIN_PASSWORD: '' } });
    await first.register({ email: ADMIN.email });
    const { log, text } = createRecordingLogger();

    const second = await start({ prefix: first.prefix, log });

    expect(text()).toContain('belongs to a customer');
    await expect(isAdmin(second, ADMIN.email, PASSWORD)).resolves.toBe(false);
  });

  it('a missing administrator is logged, and its password never is', async () => {
    const silent = createRecordingLogger();
    await start({ env: { ADMIN_EMAIL: '', ADMIN_PASSWORD: '' }, log: silent.log });
    expect(silent.text()).toContain('ADMIN_EMAIL');

    const { log, text } = createRecordingLogger();
    await start({ log });
    expect(text()).toContain('The first administrator was created');
    expect(text()).not.toContain(ADMIN.password);
  });
});
