/**
 * Plain JavaScript, because it runs in the browser inside Swagger UI.
 *
 * Loaded before Swagger UI starts, it adds a response interceptor. Tokens from a login or refresh
 * authorize all routes and fill in the bodies of refresh and logout; a logout removes them. Ids of
 * created or listed resources fill in the path parameters of other routes, so that "Execute" works
 * without copying.
 */
export const SWAGGER_AUTHORIZE_SCRIPT = `
(() => {
  const TOKEN_PATHS = ['/auth/login', '/auth/refresh'];
  const bundle = window.SwaggerUIBundle;

  const authorize = (accessToken) => {
    const schema = window.ui.specSelectors.specJson().getIn(['components', 'securitySchemes', 'bearer']);
    window.ui.authActions.authorizeWithPersistOption({
      bearer: { name: 'bearer', schema: schema.toJS(), value: accessToken },
    });
  };

  const operations = function* () {
    const paths = window.ui.specSelectors.specJson().get('paths');
    for (const [path, item] of paths.entries()) {
      for (const [method, operation] of item.entries()) yield { path, method, operation };
    }
  };

  const fillPathParameter = (pathPattern, name, value) => {
    for (const { path, method, operation } of operations()) {
      if (!pathPattern.test(method + ' ' + path)) continue;
      for (const parameter of operation.get('parameters') ?? []) {
        if (parameter.get('in') === 'path' && parameter.get('name') === name) {
          window.ui.specActions.changeParam([path, method], name, 'path', value, false);
        }
      }
    }
  };

  // Sets the example, for forms opened later, and the current value of open forms.
  const fillBodies = (paths, exampleName, value) => {
    const { specSelectors, specActions, oas3Actions } = window.ui;
    let spec = specSelectors.specJson();
    for (const path of paths) {
      const content = ['paths', path, 'post', 'requestBody', 'content', 'application/json'];
      spec = spec.setIn([...content, 'examples', exampleName, 'value'], value);
    }
    specActions.updateJsonSpec(spec.toJS());
    for (const path of paths) {
      const pathMethod = [path, 'post'];
      oas3Actions.setRequestBodyValue({ pathMethod, value: JSON.stringify(value, null, 2) });
    }
  };

  const fillCart = (productId) =>
    fillBodies(['/reservations'], 'cart', { items: [{ productId, quantity: 1 }] });

  const startSession = ({ accessToken, refreshToken }) => {
    authorize(accessToken);
    fillBodies(['/auth/refresh', '/auth/logout'], 'own', { refreshToken });
  };

  const endSession = () => window.ui.authActions.logoutWithPersistOption(['bearer']);

  // Filling in re-renders all of Swagger UI, so ids that are already filled in are skipped.
  const remembered = new Set();
  const isNew = (id) => !remembered.has(id) && remembered.add(id);

  const rememberIds = (body) => {
    const thing = body.items?.[0]?.createdAt ? body.items[0] : body;
    if (!isNew(thing.reservationId ?? thing.productId)) return;
    if (thing.reservationId) {
      fillPathParameter(/./, 'reservationId', thing.reservationId);
      fillPathParameter(/^get \\/reservations\\//, 'id', thing.reservationId);
    } else if (thing.productId) {
      fillPathParameter(/./, 'productId', thing.productId);
      fillPathParameter(/^post \\/reservations\\//, 'id', thing.productId);
      fillCart(thing.productId);
    }
  };

  const onResponse = (response) => {
    if (!response.ok || !response.url) return response;
    const { origin, pathname } = new URL(response.url, location.href);
    if (origin !== location.origin || pathname === '/openapi.json') return response;
    if (pathname === '/auth/logout') endSession();
    if (!response.text) return response;
    try {
      const body = JSON.parse(response.text);
      if (TOKEN_PATHS.includes(pathname) && body.accessToken) startSession(body);
      else rememberIds(body);
    } catch (error) {
      console.debug('Nothing to remember in this response.', error);
    }
    return response;
  };

  window.SwaggerUIBundle = Object.assign(
    (options) => bundle({ ...options, responseInterceptor: onResponse }),
    bundle,
  );
})();
`;
