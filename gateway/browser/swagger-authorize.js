/**
 * Runs in the browser inside Swagger UI.
 *
 * Loaded before Swagger UI starts, it adds a response interceptor. Tokens from a login or refresh
 * authorize all routes and fill in the bodies of refresh and logout; a logout removes them. Ids of
 * created or listed resources fill in the path parameters of other routes, so that "Execute" works
 * without copying.
 */
// A block, so that its names are not global.
{
  /**
   * The members of responses that the script remembers.
   * @typedef {{ reservationId?: string, productId?: string, createdAt?: string }} Thing
   * @typedef {{ accessToken: string, refreshToken: string }} Tokens
   */
  const TOKEN_PATHS = ['/auth/login', '/auth/refresh'];
  const bundle = window.SwaggerUIBundle;

  /** @param {string} accessToken */
  const authorize = (accessToken) => {
    const { specSelectors, authActions } = window.ui;
    const schema = specSelectors.specJson().getIn(['components', 'securitySchemes', 'bearer']);
    authActions.authorizeWithPersistOption({
      bearer: { name: 'bearer', schema: schema.toJS(), value: accessToken },
    });
  };

  const operations = function* () {
    const paths = window.ui.specSelectors.specJson().get('paths');
    for (const [path, item] of paths.entries()) {
      for (const [method, operation] of item.entries()) yield { path, method, operation };
    }
  };

  /**
   * @param {RegExp} pathPattern
   * @param {string} name
   * @param {string} value
   */
  const fillPathParameter = (pathPattern, name, value) => {
    for (const { path, method, operation } of operations()) {
      if (!pathPattern.test(`${method} ${path}`)) continue;
      for (const parameter of operation.get('parameters') ?? []) {
        if (parameter.get('in') === 'path' && parameter.get('name') === name) {
          window.ui.specActions.changeParam([path, method], name, 'path', value, false);
        }
      }
    }
  };

  /**
   * Sets the example, for forms opened later, and the current value of open forms.
   * @param {readonly string[]} paths
   * @param {string} exampleName
   * @param {unknown} value
   */
  const fillBodies = (paths, exampleName, value) => {
    const { specSelectors, specActions, oas3Actions } = window.ui;
    let spec = specSelectors.specJson();
    for (const path of paths) {
      const content = ['paths', path, 'post', 'requestBody', 'content', 'application/json'];
      spec = spec.setIn([...content, 'examples', exampleName, 'value'], value);
    }
    specActions.updateJsonSpec(spec.toJS());
    for (const path of paths) {
      oas3Actions.setRequestBodyValue({
        pathMethod: [path, 'post'],
        value: JSON.stringify(value, null, 2),
      });
    }
  };

  /** @param {string} productId */
  const fillCart = (productId) =>
    fillBodies(['/reservations'], 'cart', { items: [{ productId, quantity: 1 }] });

  /** @param {Tokens} tokens */
  const startSession = ({ accessToken, refreshToken }) => {
    authorize(accessToken);
    fillBodies(['/auth/refresh', '/auth/logout'], 'own', { refreshToken });
  };

  const endSession = () => window.ui.authActions.logoutWithPersistOption(['bearer']);

  /** @type {Set<string | undefined>} */
  const remembered = new Set();
  /**
   * Filling in re-renders all of Swagger UI, so ids that are already filled in are skipped.
   * @param {string | undefined} id
   */
  const isNew = (id) => {
    if (remembered.has(id)) return false;
    remembered.add(id);
    return true;
  };

  /** @param {Thing & { items?: readonly Thing[] }} body */
  const rememberIds = (body) => {
    const first = body.items?.[0];
    const thing = first?.createdAt ? first : body;
    if (!isNew(thing.reservationId ?? thing.productId)) return;
    if (thing.reservationId) {
      fillPathParameter(/./, 'reservationId', thing.reservationId);
      fillPathParameter(/^get \/reservations\//, 'id', thing.reservationId);
    } else if (thing.productId) {
      fillPathParameter(/./, 'productId', thing.productId);
      fillPathParameter(/^post \/reservations\//, 'id', thing.productId);
      fillCart(thing.productId);
    }
  };

  /** @param {SwaggerResponse} response */
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
    /** @param {SwaggerOptions} options */
    (options) => bundle({ ...options, responseInterceptor: onResponse }),
    bundle,
  );
}
