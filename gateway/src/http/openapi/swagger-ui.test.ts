import { runInNewContext } from 'node:vm';
import { ask } from '../../testing/ask';
import { send } from '../../testing/http-client';
import { startTestGateway } from '../../testing/start-test-gateway';
import { readBrowserProgram } from '../browser-program';

describe('documentation', () => {
  it('Swagger UI is served at /api-docs itself, with scripts from files only', async () => {
    const gateway = await startTestGateway();
    const page = await send(gateway.port, 'GET /api-docs');
    const links = [...page.text.matchAll(/(?:src|href)=["']([^"'#]+)["']/g)].map(
      ([, link]) => link,
    );
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/<script>/);
    expect(links).toContain('/api-docs/authorize.js');
    for (const link of links) {
      expect((await send(gateway.port, `GET ${link}`)).status).toBe(200);
    }
    await gateway.stop();
  });

  it('the page that problems point to explains every reason', async () => {
    const page = await ask('GET /errors');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('id="out-of-stock"');
  });

  it('GET /openapi.json returns the OpenAPI document', async () => {
    expect((await ask('GET /openapi.json')).json).toMatchObject({ openapi: '3.1.1' });
    const home = await ask('GET /');
    expect([home.status, home.headers.location]).toEqual([303, '/api-docs']);
  });
});

describe('the script inside Swagger UI', () => {
  /** Runs the script as a browser would, with a Swagger UI that only records its calls. */
  const startUi = () => {
    const authorize = jest.fn();
    const logout = jest.fn();
    const fill = jest.fn();
    const fillBody = jest.fn();
    const path = (parameter: string) =>
      new Map([
        [
          'post',
          new Map([
            [
              'parameters',
              [
                new Map([
                  ['in', 'path'],
                  ['name', parameter],
                ]),
              ],
            ],
          ]),
        ],
      ]);
    const spec = {
      get: () => new Map([['/reservations/{id}', path('id')]]),
      getIn: () => ({ toJS: () => ({ type: 'http' }) }),
      setIn: () => spec,
      toJS: () => ({}),
    };
    const bundle = jest.fn();
    const window = {
      SwaggerUIBundle: bundle,
      ui: {
        specSelectors: { specJson: () => spec },
        specActions: { changeParam: fill, updateJsonSpec: jest.fn() },
        oas3Actions: { setRequestBodyValue: fillBody },
        authActions: { authorizeWithPersistOption: authorize, logoutWithPersistOption: logout },
      },
    };
    const location = { origin: 'http://localhost', href: 'http://localhost/api-docs' };
    runInNewContext(readBrowserProgram('swagger-authorize.js'), { window, location, URL, console });
    window.SwaggerUIBundle({});
    const { responseInterceptor } = bundle.mock.calls[0][0];
    const receive = (pathname: string, body?: unknown): void =>
      responseInterceptor({
        ok: true,
        url: `http://localhost${pathname}`,
        text: body === undefined ? '' : JSON.stringify(body),
      });
    return { receive, authorize, logout, fill, fillBody };
  };

  it.each(['/auth/login', '/auth/refresh'])(
    'a response of %s authorizes all routes in Swagger UI',
    (pathname) => {
      const { receive, authorize } = startUi();
      receive(pathname, { accessToken: 'token' });
      expect(authorize).toHaveBeenCalledWith({
        bearer: expect.objectContaining({ name: 'bearer', value: 'token' }),
      });
    },
  );

  it('the refresh token is filled in for refresh and logout', () => {
    const { receive, fillBody } = startUi();
    receive('/auth/login', { accessToken: 'access', refreshToken: 'refresh' });
    const value = JSON.stringify({ refreshToken: 'refresh' }, null, 2);
    expect(fillBody.mock.calls).toEqual([
      [{ pathMethod: ['/auth/refresh', 'post'], value }],
      [{ pathMethod: ['/auth/logout', 'post'], value }],
    ]);
  });

  it('a logout removes the access token', () => {
    const { receive, logout } = startUi();
    receive('/auth/logout');
    expect(logout).toHaveBeenCalledWith(['bearer']);
  });

  it('the id of a created product is filled in', () => {
    const { receive, fill, authorize } = startUi();
    receive('/products', { productId: 'p-1' });
    expect(fill).toHaveBeenCalledWith(['/reservations/{id}', 'post'], 'id', 'path', 'p-1', false);
    expect(authorize).not.toHaveBeenCalled();
  });
});
