import type { Sending } from '../../../gateway/src/testing/http-client';
import type { Recorder } from './recorder';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const basicOf = (clientId: string, secret: string): string =>
  `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;

/**
 * Creates an API client, uses its secret and key in every right and some wrong ways, rotates the
 * secret, and revokes the client.
 */
export const driveApiClient = async (
  { ask, askForSecrets }: Recorder,
  admin: string,
): Promise<void> => {
  const body = { name: 'Canary shop', scopes: ['reservations:read'] };
  const made = await askForSecrets('POST /api-clients', { token: admin, body }, 'apiKey', 'secret');
  const { clientId = '', secret = '', apiKey = '' } = made.json as Record<string, string>;
  const credentials = `client_id=${clientId}&client_secret=${secret}`;
  const grant = 'grant_type=client_credentials';
  const token = await askForSecrets(
    'POST /oauth/token',
    { raw: `${grant}&${credentials}`, headers: FORM },
    'access_token',
  );
  await askForSecrets(
    'POST /oauth/token',
    { raw: grant, headers: { ...FORM, authorization: basicOf(clientId, secret) } },
    'access_token',
  );
  const list = 'GET /reservations?customerId=somebody';
  expect((await ask(list, { token: apiKey })).status).toBe(200);
  expect((await ask(list, { token: String(token.json['access_token']) })).status).toBe(200);

  const wrong: readonly [string, Sending][] = [
    ['POST /reservations', { token: apiKey, body: { items: [] } }],
    ['GET /auth/me', { token: apiKey }],
    [list, { token: `${apiKey}x` }],
    [list, { token: secret }],
    [list, { headers: { authorization: apiKey } }],
    [list, { headers: { authorization: basicOf(clientId, secret) } }],
    [`GET /reservations?customerId=a&apiKey=${apiKey}`, { token: apiKey }],
    [`GET /reservations?customerId=${apiKey}${'x'.repeat(128)}`, { token: apiKey }],
    [`GET /reservations/${apiKey}`, { token: apiKey }],
    ['POST /oauth/token', { raw: `${credentials}`, headers: FORM }],
    [
      'POST /oauth/token',
      { raw: `${grant}&${credentials}&client_secret=${secret}`, headers: FORM },
    ],
    ['POST /oauth/token', { raw: `${grant}&${credentials}&scope=${secret}`, headers: FORM }],
    ['POST /oauth/token', { raw: `${grant}&client_id=${secret}&client_secret=x`, headers: FORM }],
    ['POST /oauth/token', { raw: `grant_type=${secret}&${credentials}`, headers: FORM }],
    ['POST /oauth/token', { body: { client_secret: secret } }],
    [`DELETE /api-clients/${secret}`, { token: admin }],
  ];
  for (const [target, sending] of wrong) {
    const { status } = await ask(target, sending);
    expect([target.split('?')[0], status >= 400 && status < 500]).toEqual([
      target.split('?')[0],
      true,
    ]);
  }

  const rotate = `POST /api-clients/${clientId}/rotate-secret`;
  const next = await askForSecrets(rotate, { token: admin, body: {} }, 'apiKey', 'secret');
  expect((await ask(list, { token: String(next.json['apiKey']) })).status).toBe(200);
  expect((await ask(`DELETE /api-clients/${clientId}`, { token: admin })).status).toBe(204);
};
