import { createServer } from 'node:http';
import Provider, { errors } from 'oidc-provider';

// Runs OpenID providers in a process of their own, which the tests start, command and kill. The
// library exists as ES module only.
//
// Argument: `[{ port, keys, alg }]` as JSON. Each message `{ index, keys, alg }` restarts a
// provider with these private keys and is answered with `{ index }`. The grant "password" stands
// for a login: any account gets a token; those called "admin…" have the role "shop-admin".

const AUDIENCE = 'https://shop.example/api';
const LIFE_SECONDS = 900;

const createProvider = ({ port, keys, alg }) => {
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    jwks: { keys },
    clients: [
      {
        client_id: 'app',
        token_endpoint_auth_method: 'none',
        grant_types: ['password'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    clientDefaults: { id_token_signed_response_alg: alg },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'] },
    ttl: { AccessToken: LIFE_SECONDS, Grant: LIFE_SECONDS },
    extraTokenClaims: (_ctx, { accountId }) =>
      accountId.startsWith('admin') ? { realm_access: { roles: ['shop-admin'] } } : undefined,
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'shop',
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg } },
        }),
      },
    },
  });
  provider.registerGrantType(
    'password',
    async (ctx) => {
      const { client, params } = ctx.oidc;
      if (params.password !== 'right') throw new errors.InvalidGrant('wrong password');
      const { AccessToken, Grant, ResourceServer } = provider;
      const grant = new Grant({ accountId: params.username, clientId: client.clientId });
      const token = new AccessToken({
        accountId: params.username,
        client,
        grantId: await grant.save(),
        gty: 'password',
        scope: 'shop',
      });
      token.resourceServer = new ResourceServer(AUDIENCE, {
        scope: 'shop',
        audience: AUDIENCE,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg } },
      });
      ctx.body = { access_token: await token.save(), token_type: 'Bearer' };
    },
    ['username', 'password'],
  );
  return provider.callback();
};

const handlers = [];

const listen = (index, options) =>
  new Promise((resolve) => {
    handlers[index] = createProvider(options);
    createServer((req, res) => handlers[index](req, res)).listen(
      options.port,
      '127.0.0.1',
      resolve,
    );
  });

const given = JSON.parse(process.argv[2] ?? '[]');
await Promise.all(given.map((options, index) => listen(index, options)));
process.on('message', ({ index, keys, alg }) => {
  handlers[index] = createProvider({ port: given[index].port, keys, alg });
  process.send({ index });
});
process.on('disconnect', () => process.exit(0));
process.send({ index: -1 });
