import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CATALOGUE, ERROR_REASONS } from '@flashreserve/contracts/errors';
import { createTestGateway } from '../testing/start-test-gateway';
import { statusOf } from './error-examples';
import { reasonsOf } from './openapi/reasons';

describe('the catalogue of error reasons', () => {
  it.each([
    ['OUT_OF_STOCK', 409],
    ['IDEMPOTENCY_KEY_REUSED', 422],
    ['REQUEST_ID_REUSED', 422],
    ['EMAIL_TAKEN', 409],
    ['INVALID_CREDENTIALS', 401],
    ['ADMIN_REQUIRED', 403],
    ['PRODUCT_NOT_FOUND', 404],
    ['METHOD_NOT_ALLOWED', 405],
    ['BODY_TOO_LARGE', 413],
    ['UNSUPPORTED_MEDIA_TYPE', 415],
    ['LOGIN_LIMITED', 429],
    ['REGISTRATION_LIMITED', 429],
    ['MAIL_LIMITED', 429],
    ['LINK_INVALID', 400],
    ['ACCOUNT_DISABLED', 403],
    ['MAIL_NOT_CONFIGURED', 409],
    ['RESERVATION_RATE_LIMITED', 429],
    ['OPEN_HOLDS_LIMITED', 429],
    ['AUTH_BUSY', 503],
    ['OVERLOADED', 503],
    ['WORKER_UNAVAILABLE', 503],
    ['DEADLINE_EXCEEDED', 504],
  ] as const)('the reason %s has the status %d', (reason, status) => {
    expect(statusOf(reason)).toBe(status);
  });

  it('every reason of the catalogue can be returned by a route', () => {
    const { table } = createTestGateway();
    const answered = new Set(table.flatMap((entry) => reasonsOf(entry)));
    const outsideOfRoutes = ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED', 'GATEWAY_UNAVAILABLE'];
    expect([...answered, ...outsideOfRoutes].sort()).toEqual([...ERROR_REASONS].sort());
  });

  it("the catalogue contains the load balancer's error, word for word", () => {
    const conf = readFileSync(join(__dirname, '../../../deploy/nginx.conf'), 'utf8');
    const [, status, problem = ''] = /return (503) '(.*)';/.exec(conf) ?? [];
    expect(JSON.parse(problem)).toMatchObject({
      type: '/errors#gateway-unavailable',
      status: Number(status),
      detail: ERROR_CATALOGUE.GATEWAY_UNAVAILABLE.example,
      reason: 'GATEWAY_UNAVAILABLE',
    });
    expect(statusOf('GATEWAY_UNAVAILABLE')).toBe(Number(status));
  });

  it('every reason has a meaning and a remedy', () => {
    for (const { meaning, remedy, example } of Object.values(ERROR_CATALOGUE)) {
      for (const sentence of [meaning, remedy, example])
        expect(sentence).toMatch(/^[A-Z“`].+[.\w`]$/);
    }
  });
});
