// What `swagger-authorize.js` uses of Swagger UI. For the type check only.

/** Values of the document are Immutable.js collections. */
interface SwaggerParameter {
  get(key: 'in' | 'name'): string;
}

interface SwaggerOperation {
  get(key: 'parameters'): Iterable<SwaggerParameter> | undefined;
}

interface SwaggerEntries<Value> {
  entries(): Iterable<readonly [string, Value]>;
}

interface SwaggerSpec {
  get(key: 'paths'): SwaggerEntries<SwaggerEntries<SwaggerOperation>>;
  getIn(path: readonly string[]): { toJS(): unknown };
  setIn(path: readonly string[], value: unknown): SwaggerSpec;
  toJS(): unknown;
}

interface SwaggerUi {
  readonly specSelectors: { specJson(): SwaggerSpec };
  readonly specActions: {
    changeParam(
      pathMethod: readonly [path: string, method: string],
      name: string,
      place: 'path',
      value: string,
      isXml: boolean,
    ): void;
    updateJsonSpec(spec: unknown): void;
  };
  readonly oas3Actions: {
    setRequestBodyValue(body: {
      readonly pathMethod: readonly [path: string, method: string];
      readonly value: string;
    }): void;
  };
  readonly authActions: {
    authorizeWithPersistOption(authorizations: {
      readonly bearer: {
        readonly name: string;
        readonly schema: unknown;
        readonly value: string;
      };
    }): void;
    logoutWithPersistOption(names: readonly string[]): void;
  };
}

interface SwaggerResponse {
  readonly ok: boolean;
  readonly url?: string;
  readonly text?: string;
}

interface SwaggerOptions {
  readonly responseInterceptor?: (response: SwaggerResponse) => SwaggerResponse;
}

interface Window {
  SwaggerUIBundle: (options: SwaggerOptions) => SwaggerUi;
  readonly ui: SwaggerUi;
}
