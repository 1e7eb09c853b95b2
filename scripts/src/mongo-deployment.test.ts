import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';

const FOLDER = resolve(__dirname, '../../deploy/mongo');

const PASSWORDS = {
  MONGO_INITDB_ROOT_PASSWORD: 'of root',
  MONGO_AUTH_PASSWORD: 'of auth',
  MONGO_CATALOG_PASSWORD: 'of catalog',
  MONGO_RESERVATION_PASSWORD: 'of reservation',
};

/** Runs the script like mongosh, against a stub server that records its users and roles. */
const createUsers = (
  env: object,
  users: Map<string, unknown>,
  roles = new Map<string, unknown>(),
): void => {
  const script = readFileSync(join(FOLDER, 'create-users.js'), 'utf8');
  const set = (name: string, account: object): void => {
    users.set(name, JSON.parse(JSON.stringify(account)));
  };
  const setRole = (name: string, rights: object): void => {
    roles.set(name, JSON.parse(JSON.stringify(rights)));
  };
  const admin = {
    getUser: (name: string) => users.get(name) ?? null,
    createUser: ({ user, ...account }: { readonly user: string }) => {
      if (users.has(user)) throw new Error('The user exists.');
      set(user, account);
    },
    updateUser: set,
    getRole: (name: string) => roles.get(name) ?? null,
    createRole: ({ role, ...rights }: { readonly role: string }) => {
      if (roles.has(role)) throw new Error('The role exists.');
      setRole(role, rights);
    },
    updateRole: setRole,
  };
  runInNewContext(script, { process: { env }, db: { getSiblingDB: () => admin } });
};

const serviceUser = (name: string, prefix: string) => ({
  pwd: `of ${name}`,
  roles: [
    { role: 'readWrite', db: `${prefix}_${name}` },
    { role: `${name}_schema`, db: 'admin' },
  ],
});

describe('MongoDB users', () => {
  it('each user reaches only its own database, and a second run changes nothing', () => {
    const users = new Map<string, unknown>([['root', { pwd: 'of root', roles: ['root'] }]]);
    const roles = new Map<string, unknown>();
    for (let run = 0; run < 2; run += 1) createUsers(PASSWORDS, users, roles);

    expect(Object.fromEntries(users)).toEqual({
      root: { pwd: 'of root', roles: ['root'] },
      auth: serviceUser('auth', 'flashreserve'),
      catalog: serviceUser('catalog', 'flashreserve'),
      reservation: serviceUser('reservation', 'flashreserve'),
    });
    expect(roles.get('catalog_schema')).toEqual({
      privileges: [
        { resource: { db: 'flashreserve_catalog', collection: '' }, actions: ['collMod'] },
      ],
      roles: [],
    });
  });

  it('a further run sets new passwords and the databases of another prefix', () => {
    const users = new Map<string, unknown>();
    createUsers(PASSWORDS, users);
    const changed = { MONGO_DB_PREFIX: 'shop', MONGO_AUTH_PASSWORD: 'new' };
    createUsers({ ...PASSWORDS, ...changed }, users);

    expect(users.get('auth')).toEqual({ ...serviceUser('auth', 'shop'), pwd: 'new' });
    expect(users.get('catalog')).toEqual(serviceUser('catalog', 'shop'));
  });

  it.each(Object.keys(PASSWORDS))('no users are created without %s', (name) => {
    expect(() => createUsers({ ...PASSWORDS, [name]: '' }, new Map())).toThrow('is not set');
  });
});

describe('MongoDB startup', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'flashreserve-mongo-start-'));
    const entrypoint = '#!/bin/sh\necho "$@"\necho "key: $MONGO_REPLICA_KEY"\n';
    writeFileSync(join(folder, 'docker-entrypoint.sh'), entrypoint, { mode: 0o755 });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const start = (key: string): string =>
    execFileSync('sh', [join(FOLDER, 'start.sh'), 'mongod', '--replSet', 'rs0'], {
      env: {
        ...process.env,
        PATH: `${folder}${delimiter}${process.env['PATH']}`,
        TMPDIR: folder,
        MONGO_REPLICA_KEY: key,
      },
      encoding: 'utf8',
      stdio: 'pipe',
    });

  it('the key is passed only through a file that its user alone can read', () => {
    const file = join(folder, 'replica-set.key');

    expect(start('a key')).toBe(`mongod --replSet rs0 --keyFile ${file}\nkey: \n`);
    expect(readFileSync(file, 'utf8')).toBe('a key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('MongoDB does not start without a key', () => {
    expect(() => start('')).toThrow('MONGO_REPLICA_KEY');
  });
});
