import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import {
  CatalogServiceClient,
  type CatalogServiceServer,
  CatalogServiceService,
} from '@flashreserve/contracts/catalog';
import { type AccessPolicy, defineService, type Handlers } from '@flashreserve/identity';
import { createSilentLogger } from '@flashreserve/ops';
import {
  callUnary,
  createClient,
  createHealthProbe,
  type MutualTls,
  type RunningGrpcServer,
  readMutualTls,
  startGrpcServer,
} from '@flashreserve/rpc';
import { createDevAuthority, type Identity } from '../../../scripts/src/dev-ca/certificates';
import { tlsFilesOf, writeIdentities } from '../../../scripts/src/dev-ca/write-identities';

// Goal: with mutual TLS a service communicates only with peers whose certificate its authority
// signed. Real handshakes on a real server; every refused client differs from the accepted one in
// one thing.

const HOUR_MS = 3_600_000;
const at = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);
const VALID = { notBefore: at(-1), notAfter: at(1) };
const SERVICE_NAME = 'flashreserve.catalog.v1.CatalogService';

let folder: string;
let server: RunningGrpcServer;
let ca: string;
let issue: (name: string, validity?: typeof VALID) => Promise<Identity>;
let foreign: Awaited<ReturnType<typeof createDevAuthority>>;

const asTls = (identity: Identity, authority = ca): MutualTls => ({
  cert: Buffer.from(identity.cert),
  key: Buffer.from(identity.key),
  ca: Buffer.from(authority),
});

/** A catalog server with minimal handlers. */
const startCatalog = (tls: MutualTls | undefined): Promise<RunningGrpcServer> => {
  const ofEach = <Value>(value: Value) =>
    Object.fromEntries(Object.keys(CatalogServiceService).map((name) => [name, value]));
  return startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    serviceName: SERVICE_NAME,
    reflection: true,
    tls,
    log: createSilentLogger(),
    service: defineService<CatalogServiceServer>({
      definition: CatalogServiceService,
      domain: 'catalog.flashreserve',
      policy: ofEach('open') as unknown as AccessPolicy<CatalogServiceServer>,
      verifier: {
        authenticate: async () => ({ kind: 'anonymous' }),
        confirmSession: async () => undefined,
      },
      translateError: () => undefined,
      log: createSilentLogger(),
      handlers: ofEach(async () => ({
        products: [],
        nextPageToken: 'end',
      })) as unknown as Handlers<CatalogServiceServer>,
    }),
  });
};

/** Calls catalog like the components do; returns the response, or the kind of the error. */
const callCatalog = async (target: string, tls: MutualTls | undefined): Promise<string> => {
  const client = createClient(CatalogServiceClient, target, {
    serviceName: SERVICE_NAME,
    idempotentMethods: [],
    tls,
  });
  try {
    const request = { pageSize: 0, pageToken: '', availableOnly: false };
    const deadline = new Date(Date.now() + 5_000);
    return (await callUnary(client, 'listProducts', request, { deadline })).nextPageToken;
  } catch (error) {
    return (error as { kind: string }).kind;
  } finally {
    client.close();
  }
};

const isServing = async (tls: MutualTls | undefined): Promise<boolean> => {
  const options = { tls, serverName: 'catalog' };
  const probe = createHealthProbe(`127.0.0.1:${server.port}`, options);
  try {
    return await probe.isServing(5_000);
  } finally {
    probe.close();
  }
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flashreserve-tls-'));
  ({ cert: ca, issue } = await createDevAuthority(VALID));
  foreign = await createDevAuthority(VALID);
  server = await startCatalog(asTls(await issue('catalog')));
  server.setServing(true);
});

afterAll(async () => {
  await server.stop(100);
  rmSync(folder, { recursive: true });
});

const target = (): string => `127.0.0.1:${server.port}`;

describe('a server with mutual TLS', () => {
  it('a server accepts calls and health checks of a client with a certificate of its authority', async () => {
    const tls = asTls(await issue('reservation'));

    expect(await callCatalog(target(), tls)).toBe('end');
    expect(await callCatalog(`ipv4:${target()}`, tls)).toBe('end');
    expect(await isServing(tls)).toBe(true);
  });

  it.each<[string, () => Promise<MutualTls | undefined>]>([
    ['uses plaintext', async () => undefined],
    ['has a certificate of another authority', async () => asTls(await foreign.issue('gateway'))],
    [
      'has an expired certificate',
      async () => asTls(await issue('gateway', { notBefore: at(-2), notAfter: at(-1) })),
    ],
    [
      'has a certificate that is not valid yet',
      async () => asTls(await issue('gateway', { notBefore: at(0.5), notAfter: at(1) })),
    ],
  ])('a server refuses a client that %s', async (_what, tlsOf) => {
    const tls = await tlsOf();

    expect(await callCatalog(target(), tls)).toBe('unavailable');
    expect(await isServing(tls)).toBe(false);
  });

  /** Opens a connection and waits for the server's first bytes, its HTTP/2 settings. */
  const handshake = (options: {
    readonly identity?: Identity;
    readonly maxVersion?: SecureVersion;
  }): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({
        port: server.port,
        host: '127.0.0.1',
        ca,
        servername: 'catalog',
        ALPNProtocols: ['h2'],
        ...options.identity,
        ...(options.maxVersion && { maxVersion: options.maxVersion }),
      });
      socket.once('data', () => {
        resolve(socket.getProtocol() ?? 'none');
        socket.destroy();
      });
      socket.once('error', () => resolve('refused'));
      socket.once('close', () => resolve('refused'));
    });

  it('a server refuses a client without a certificate', async () => {
    expect(await handshake({ identity: await issue('gateway') })).toBe('TLSv1.3');
    expect(await handshake({})).toBe('refused');
  });

  it('a server refuses versions before TLS 1.3', async () => {
    const identity = await issue('gateway');

    expect(await handshake({ identity, maxVersion: 'TLSv1.2' })).toBe('refused');
  });
});

describe('a client with mutual TLS', () => {
  it.each<[string, () => Promise<MutualTls | undefined>]>([
    [
      'has a certificate of another authority',
      async () => asTls(await foreign.issue('catalog'), ca),
    ],
    ['has the certificate of another component', async () => asTls(await issue('gateway'))],
    [
      'has an expired certificate',
      async () => asTls(await issue('catalog', { notBefore: at(-2), notAfter: at(-1) })),
    ],
  ])('a client refuses a server that %s', async (_what, tlsOf) => {
    const pretender = await startCatalog(await tlsOf());
    try {
      const tls = asTls(await issue('reservation'));
      expect(await callCatalog(`127.0.0.1:${pretender.port}`, tls)).toBe('unavailable');
    } finally {
      await pretender.stop(100);
    }
  });
});

describe('a client with mutual TLS and a plaintext server', () => {
  it('a client with mutual TLS sends nothing to a plaintext server', async () => {
    let received = '';
    const sockets = new Set<Socket>();
    const pretender = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        received += bytes.toString('latin1');
        // The SETTINGS frame that every HTTP/2 server sends first.
        socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
      });
    });
    await new Promise<void>((resolve) => pretender.listen(0, '127.0.0.1', resolve));
    const { port } = pretender.address() as AddressInfo;

    const outcome = await callCatalog(`127.0.0.1:${port}`, asTls(await issue('reservation')));

    expect(outcome).toBe('unavailable');
    expect(received).not.toContain('PRI * HTTP/2.0');
    expect(received).not.toContain('ListProducts');
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => pretender.close(resolve));
  });
});

describe('mutual TLS settings', () => {
  it('the settings are the files created by dev-ca, or none', async () => {
    await writeIdentities(folder, ['catalog', 'gateway'], VALID);

    const tls = readMutualTls(tlsFilesOf(folder, 'catalog'));

    expect(tls?.cert.toString()).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(readMutualTls({})).toBeUndefined();
  });

  it('invalid settings are rejected with the reason', async () => {
    await writeIdentities(folder, ['catalog', 'gateway'], VALID);
    const files = tlsFilesOf(folder, 'catalog');
    const broken = join(folder, 'broken.crt');
    writeFileSync(broken, 'no PEM');

    const { GRPC_TLS_CERT, GRPC_TLS_KEY } = files;
    expect(() => readMutualTls({ GRPC_TLS_CERT, GRPC_TLS_KEY })).toThrow('must be set together');
    expect(() => readMutualTls({ ...files, GRPC_TLS_CA: '/nowhere' })).toThrow(
      'GRPC_TLS_CA cannot be read: /nowhere',
    );
    const otherKey = tlsFilesOf(folder, 'gateway').GRPC_TLS_KEY;
    for (const wrong of [{ GRPC_TLS_KEY: otherKey }, { GRPC_TLS_CERT: broken }]) {
      expect(() => readMutualTls({ ...files, ...wrong })).toThrow('matching PEM files');
    }
  });
});
