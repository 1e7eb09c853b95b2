import { send } from '../testing/http-client';
import { startTestGateway } from '../testing/start-test-gateway';

/** Status and reason of each response of a gateway with these switches. */
const statusesOf = async (
  switches: { readonly apiDocs: boolean; readonly hasDashboard: boolean },
  targets: readonly string[],
): Promise<readonly unknown[]> => {
  const gateway = await startTestGateway(switches);
  const answers: unknown[] = [];
  for (const target of targets) {
    const { status, json } = await send(gateway.port, target, { token: 'admin' });
    answers.push([target, status, json['reason']]);
  }
  await gateway.stop();
  return answers;
};

const gone = (targets: readonly string[]): readonly unknown[] =>
  targets.map((target) => [target, 404, 'ROUTE_NOT_FOUND']);

const DOCS = ['GET /', 'GET /api-docs', 'GET /api-docs/swagger-ui.css', 'GET /openapi.json'];
const DASHBOARD = [
  'GET /admin/queues',
  'PUT /admin/queues/api/queues/expiry/1/retry',
  'GET /admin/sign-in',
  'POST /admin/session',
  'DELETE /admin/session',
];

describe('a gateway with disabled features', () => {
  it('without API_DOCS there is no documentation, even for administrators, but the errors are explained', async () => {
    const switches = { apiDocs: false, hasDashboard: true };
    expect(await statusesOf(switches, DOCS)).toEqual(gone(DOCS));
    expect(await statusesOf(switches, ['GET /errors', 'GET /admin/sign-in'])).toEqual([
      ['GET /errors', 200, undefined],
      ['GET /admin/sign-in', 200, undefined],
    ]);
  });

  it('without QUEUE_DASHBOARD there is no dashboard and no sign-in, even for administrators', async () => {
    const switches = { apiDocs: true, hasDashboard: false };
    expect(await statusesOf(switches, DASHBOARD)).toEqual(gone(DASHBOARD));
    expect(await statusesOf(switches, ['GET /openapi.json'])).toEqual([
      ['GET /openapi.json', 200, undefined],
    ]);
  });
});
