import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tlsFilesOf, writeIdentities } from './write-identities';

describe('keys of npm run dev-ca', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'flashreserve-dev-ca-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("keys created by root are readable by the containers' user alone, other keys by their owner alone", async () => {
    const validity = { notBefore: new Date(), notAfter: new Date(Date.now() + 60_000) };
    await writeIdentities(folder, ['catalog'], validity);
    const { uid, mode } = statSync(tlsFilesOf(folder, 'catalog').GRPC_TLS_KEY);

    const own = process.getuid?.();
    expect(uid).toBe(own === 0 ? 1_000 : own);
    expect(mode & 0o777).toBe(0o600);
  });
});
