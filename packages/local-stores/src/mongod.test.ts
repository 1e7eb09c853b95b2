/** The ways to get MongoDB that are tried before DocumentDB, with a stand-in for `mongod`. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { findDownloadedMongod, whyDownloadFailed } from './mongo/downloaded-mongod';
import { startLocalMongo } from './mongo/start-local-mongo';
import { nodeArguments } from './processes/node-entry';
import { environmentWithoutStores } from './testing/environment';
import { createTemporaryFolder } from './testing/temporary-folder';

const folder = createTemporaryFolder();

afterAll(() => {
  folder.remove();
});

function putFakeMongodOnPath(): string {
  const bin = join(folder.path, 'bin');
  mkdirSync(bin);
  const command = [process.execPath, ...nodeArguments(join(__dirname, 'testing', 'fake-mongod'))];
  const script = `#!/bin/sh\nexec ${command.map((part) => `'${part}'`).join(' ')} "$@"\n`;
  writeFileSync(join(bin, 'mongod'), script, { mode: 0o755 });
  return [bin, environmentWithoutStores['PATH']].join(delimiter);
}

test('mongod on PATH comes first, as a replica set of one that follows its new port', async () => {
  const dataDir = join(folder.path, 'data');
  const env = { ...environmentWithoutStores, PATH: putFakeMongodOnPath() };
  const configuration = join(dataDir, 'mongo', 'data', 'replica-set.json');
  for (let start = 1; start <= 2; start += 1) {
    const store = await startLocalMongo({ dataDir, env, log: () => undefined });
    try {
      const { host, searchParams } = new URL(store.uri);
      const { _id, version, members } = JSON.parse(readFileSync(configuration, 'utf8'));
      expect(store.description).toContain(join(folder.path, 'bin', 'mongod'));
      expect(searchParams.get('replicaSet')).toBe(_id);
      expect(members).toEqual([{ _id: 0, host }]);
      expect(version).toBe(start);
    } finally {
      await store.stop();
    }
  }
});

test('without network the download gives up in seconds, and is not tried again that day', async () => {
  const cache = join(folder.path, 'cache');
  const log: string[] = [];
  const env = {
    ...environmentWithoutStores,
    XDG_CACHE_HOME: cache,
    // Nothing listens there, as on a machine without a network.
    MONGOMS_DOWNLOAD_MIRROR: 'http://127.0.0.1:1',
  };
  const startedAt = performance.now();
  expect(await findDownloadedMongod({ env, log: (line) => log.push(line) })).toBeUndefined();
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  expect(existsSync(join(cache, 'flashreserve', 'mongodb', 'download-failed'))).toBe(true);
  expect(whyDownloadFailed(env)).toContain('ECONNREFUSED');
  expect(log).toHaveLength(2);

  expect(await findDownloadedMongod({ env, log: (line) => log.push(line) })).toBeUndefined();
  expect(log).toHaveLength(2);
});

/** A program that does nothing. A much smaller file would count as an incomplete download. */
const PROGRAM = `#!/bin/sh\nexit\n${'#'.repeat(2 ** 20)}\n`;

/** An archive with the layout of MongoDB's. */
function packMongod(): Buffer {
  const contents = join(folder.path, 'contents');
  mkdirSync(join(contents, 'mongodb', 'bin'), { recursive: true });
  writeFileSync(join(contents, 'mongodb', 'bin', 'mongod'), PROGRAM, { mode: 0o755 });
  return execFileSync('tar', ['-cz', '-C', contents, 'mongodb']);
}

test('the download takes the archive for this distribution, once', async () => {
  const archive = packMongod();
  const asked: string[] = [];
  const mirror = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-length', archive.length).end(archive);
  });
  await once(mirror.listen(0, '127.0.0.1'), 'listening');
  const env = {
    ...environmentWithoutStores,
    XDG_CACHE_HOME: join(folder.path, 'cache-of-download'),
    MONGOMS_DOWNLOAD_MIRROR: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`,
    MONGOMS_USE_HTTP: 'true',
    MONGOMS_MD5_CHECK: 'false',
  };
  try {
    const program = await findDownloadedMongod({ env, log: () => undefined });
    expect(whyDownloadFailed(env)).toBeUndefined();
    expect(readFileSync(program ?? '', 'utf8') === PROGRAM).toBe(true);
    expect(asked).toEqual([expect.stringMatching(/^\/[a-z]+\/mongodb-.+\.tgz$/)]);

    expect(await findDownloadedMongod({ env, log: () => undefined })).toBe(program);
    expect(asked).toHaveLength(1);
  } finally {
    mirror.close();
  }
});
