import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '@flashreserve/ops';
import { configSchema } from './config';

const valid = {
  MONGO_URI: 'mongodb://localhost:27017',
  KEY_ENCRYPTION_SECRET: 'k'.repeat(32),
  SERVICE_CLIENTS: `gateway:${'g'.repeat(32)},catalog:${'c:'.repeat(16)}`,
};

const problemsOf = (env: Readonly<Record<string, string>>): string => {
  try {
    loadConfig(configSchema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('The configuration was accepted.');
};

describe('the configuration of auth', () => {
  it('three variables are required, and the others have the documented defaults', () => {
    expect(loadConfig(configSchema, valid)).toMatchObject({
      HOST: '0.0.0.0',
      AUTH_GRPC_PORT: 50_051,
      MONGO_DB_PREFIX: 'flashreserve',
      ACCESS_TOKEN_TTL_SECONDS: 900,
      REFRESH_TOKEN_TTL_SECONDS: 2_592_000,
      REFRESH_GRACE_SECONDS: 10,
      SERVICE_TOKEN_TTL_SECONDS: 3_600,
      SIGNING_KEY_MAX_AGE_DAYS: 90,
    });
  });

  it('a refresh token lifetime below the access token lifetime is rejected', () => {
    const lives = (refresh: string, access: string) => ({
      ...valid,
      REFRESH_TOKEN_TTL_SECONDS: refresh,
      ACCESS_TOKEN_TTL_SECONDS: access,
    });
    expect(problemsOf(lives('899', '900'))).toContain(
      'REFRESH_TOKEN_TTL_SECONDS must not be less than ACCESS_TOKEN_TTL_SECONDS',
    );
    expect(loadConfig(configSchema, lives('900', '900'))).toBeDefined();
  });

  it('mail needs a server, a sender and the public address of the links', () => {
    const mail = {
      ...valid,
      SMTP_URL: 'smtps://shop:p%40ss%3A1@smtp.example:465',
      MAIL_FROM: 'Shop <no-reply@shop.example>',
      PUBLIC_URL: 'https://shop.example/',
    };
    expect(loadConfig(configSchema, mail)).toMatchObject({ PUBLIC_URL: 'https://shop.example' });
    for (const missing of ['MAIL_FROM', 'PUBLIC_URL']) {
      expect(problemsOf({ ...mail, [missing]: '' })).toContain(
        'SMTP_URL needs MAIL_FROM and PUBLIC_URL, too',
      );
    }
    for (const url of ['smtp.example', 'http://smtp.example', 'smtp://', 'smtp://a:b/c@host']) {
      const problems = problemsOf({ ...mail, SMTP_URL: url });
      expect(problems).toContain('SMTP_URL must look like');
      expect(problems).not.toContain('b/c');
    }
    for (const from of [
      'Shop',
      'a@b.example\r\nBcc: c@d.example',
      'Shop <a@b.example>, c@d.example',
    ]) {
      expect(problemsOf({ ...mail, MAIL_FROM: from })).toContain('MAIL_FROM must look like');
    }
  });

  it('the SMTP server may be in a file, and no problem with it shows the setting', () => {
    const folder = mkdtempSync(join(tmpdir(), 'smtp-'));
    try {
      const path = join(folder, 'smtp-url');
      const mail = {
        ...valid,
        SMTP_URL: path,
        MAIL_FROM: 'no-reply@shop.example',
        PUBLIC_URL: 'https://shop.example',
      };
      writeFileSync(path, 'smtps://shop:hunter2@smtp.example:465\n');
      expect(loadConfig(configSchema, mail).SMTP_URL).toBe('smtps://shop:hunter2@smtp.example:465');
      writeFileSync(path, 'shop:hunter2@smtp.example');
      expect(problemsOf(mail)).toContain('SMTP_URL must look like');
      expect(problemsOf(mail)).not.toContain('hunter2');
      const missing = problemsOf({ ...mail, SMTP_URL: 'shop:hunter2@smtp.example' });
      expect(missing).toContain('the path of a file with it (ENOENT)');
      expect(missing).not.toContain('hunter2');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('secrets of service clients may contain colons', () => {
    expect(loadConfig(configSchema, valid).SERVICE_CLIENTS).toEqual([
      { clientId: 'gateway', secret: 'g'.repeat(32) },
      { clientId: 'catalog', secret: 'c:'.repeat(16) },
    ]);
  });

  it('all configuration problems are reported at once', () => {
    const problems = problemsOf({
      ADMIN_PASSWORD: 'short',
      SERVICE_CLIENTS: `gateway:tooshort,Catalog:${'c'.repeat(32)},nonsense,gateway:${'g'.repeat(32)}`,
      ACCESS_TOKEN_TTL_SECONDS: 'soon',
    });
    for (const part of [
      'MONGO_URI',
      'KEY_ENCRYPTION_SECRET',
      'ACCESS_TOKEN_TTL_SECONDS',
      'at least 8 characters',
      'and ADMIN_PASSWORD must be set together',
      'entry 1 ("gateway") must have a secret of 32',
      'entry 2 must look like id:secret',
      'entry 3 must look like id:secret',
      'entry 4 repeats the id "gateway"',
    ]) {
      expect(problems).toContain(part);
    }
  });

  it('a configuration error never reveals a secret', () => {
    const secret = 'hunter2hunter2hunter2hunter2hunter2';
    expect(
      problemsOf({
        ...valid,
        SERVICE_CLIENTS: `Bad Id:${secret},${secret},ok:${secret},ok:${secret}`,
      }),
    ).not.toContain('hunter2');
  });

  it('ADMIN_EMAIL and ADMIN_PASSWORD must be set together, and the address is normalized', () => {
    expect(problemsOf({ ...valid, ADMIN_EMAIL: 'a@example.org' })).toContain('set together');
    expect(
      problemsOf({ ...valid, ADMIN_EMAIL: 'nobody', ADMIN_PASSWORD: 'x'.repeat(8) }),
    ).toContain('must be an e-mail address');
    const admin = { ADMIN_EMAIL: ' Admin@Example.org', ADMIN_PASSWORD: 'x'.repeat(8) };
    expect(loadConfig(configSchema, { ...valid, ...admin }).ADMIN_EMAIL).toBe('admin@example.org');
  });
});
