import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TrustedIssuer } from '@flashreserve/identity';
import {
  makeIssuer,
  makeOutsideKey,
  type OutsideAlgorithm,
  type OutsideKey,
} from '@flashreserve/identity/testing';

/** An outside issuer that only publishes a key; the tests sign with it. */
export interface StaticIssuer {
  readonly issuer: TrustedIssuer;
  readonly key: OutsideKey;
  /** Its entry of TRUSTED_ISSUERS. */
  readonly setting: object;
  readonly stop: () => Promise<void>;
}

/** Users with this role are its administrators. */
export const ADMIN_ROLE = { path: ['roles'], value: 'shop-admin' } as const;

export const startStaticIssuer = async (
  alias: string,
  { alg, kid }: { readonly alg: OutsideAlgorithm; readonly kid: string },
): Promise<StaticIssuer> => {
  const key = makeOutsideKey(alg, kid);
  const server = createServer((_request, response) => {
    response.setHeader('connection', 'close');
    response.end(JSON.stringify({ keys: [key.jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = makeIssuer(alias, {
    issuer: address,
    algorithms: [alg],
    adminRole: ADMIN_ROLE,
  });
  return {
    issuer,
    key,
    setting: {
      issuer: address,
      alias,
      audience: issuer.audiences[0],
      algorithms: [alg],
      jwksUri: `${address}/keys`,
      adminRole: { claim: [...ADMIN_ROLE.path], value: ADMIN_ROLE.value },
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
