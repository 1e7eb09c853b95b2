import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import { createTestGateway } from '../../testing/start-test-gateway';

const operation = z.object({
  operationId: z.string(),
  requestBody: z
    .object({
      content: z.record(
        z.string(),
        z.object({
          schema: z.record(z.string(), z.unknown()),
          examples: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
        }),
      ),
    })
    .optional(),
});
const documentSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });

const { document, table } = createTestGateway();

const bodies = Object.values(documentSchema.parse(document).paths)
  .flatMap((item) => Object.values(item))
  .flatMap(({ operationId, requestBody }) =>
    Object.values(requestBody?.content ?? {}).map(
      ({ schema, examples = {} }) => [operationId, { schema, examples }] as const,
    ),
  );

/** All `pattern` values in the document. */
const patternsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
  );
};
const patterns = [...new Set(patternsIn(document))];

/**
 * Validates a body against its published schema; tools differ in compiling patterns with flag `u`.
 */
const createCheck = (schema: object, unicodeRegExp: boolean) => {
  const ajv = new Ajv2020({ strict: false, unicodeRegExp });
  addFormats(ajv);
  ajv.addSchema(document, 'document');
  const text = JSON.stringify(schema).replaceAll('"#/', '"document#/');
  return ajv.compile(JSON.parse(text));
};

const DIALECTS = [
  ['with', true],
  ['without', false],
] as const;

describe('patterns of the OpenAPI document', () => {
  it.each(patterns)('a pattern needs no flag and no rare feature: %s', (pattern) => {
    expect(() => new RegExp(pattern)).not.toThrow();
    expect(() => new RegExp(pattern, 'u')).not.toThrow();
    // Property classes need the flag; several languages lack lookbehind, named groups and
    // lookahead.
    expect(pattern).not.toMatch(/\\p\{|\\P\{|\(\?<|\(\?!|\(\?=/);
  });

  describe.each(DIALECTS)('%s the flag u', (_dialect, unicodeRegExp) => {
    it.each(bodies)('the examples of %s match its schema', (_operationId, { schema, examples }) => {
      const check = createCheck(schema, unicodeRegExp);
      const values = Object.values(examples).map(({ value }) => value);
      expect(values.length).toBeGreaterThan(0);
      expect(values.filter((value) => !check(value))).toEqual([]);
    });

    it.each([
      ['words and spaces', 'correct horse battery'],
      ['letters of other scripts', 'пароль-密碼-كلمة'],
      ['characters beyond the first 65,536', '🐎🐎🐎🐎🐎🐎🐎🐎'],
      ['a line feed', 'two\nlines of text'],
      ['a control character', 'a bell: \u0007, seven'],
      ['a C1 control character', 'a c1: \u0085, eighty-five'],
      ['zero-width characters only', '\u200b\u200d\u2060\ufeff\u200b\u200b\u200b\u200b'],
      ['direction characters only', '\u200f\u202e\u2066\u2069\u061c\u200e\u202a\u202c'],
      ['blanks only', ' \u00a0\u3000\u2003    '],
      ['fillers only', '\u3164\u115f\u1160\uffa0\u2800\u3164\u3164\u3164'],
      ['direction marks around words', '\u200fשלום עולם\u200e'],
      ['emoji joined by U+200D', '👩\u200d👩\u200d👧 family'],
    ])('the schema agrees with the gateway about %s', (_what, text) => {
      const fields = [
        ['register', { email: 'a@b.example', password: text }],
        ['register', { email: 'a@b.example', password: 'long enough', name: text }],
        ['createProduct', { name: text, price: 1, stockQuantity: 1 }],
        ['createProduct', { name: 'A', description: text, price: 1, stockQuantity: 1 }],
        ['adjustStock', { delta: 1, reason: text }],
      ] as const;
      const published = fields.map(([operationId, body]) => {
        const schema = bodies.find(([id]) => id === operationId)?.[1].schema ?? {};
        return createCheck(schema, unicodeRegExp)(body);
      });
      const taken = fields.map(
        ([operationId, body]) =>
          table.find((entry) => entry.operationId === operationId)?.request.body?.safeParse(body)
            .success,
      );
      expect(published).toEqual(taken);
      expect(taken[0]).toBe(true);
    });

    it.each([
      ['a!b@x.example', true],
      ['a&b@x.example', true],
      ['a/b@x.example', true],
      ['Zoë@münchen.example', true],
      ['用户@例え.テスト', true],
      ['🐎@🐎.example', true],
      ['a..b@x.example', false],
      ['.a@x.example', false],
      ['a b@x.example', false],
      ['"a b"@x.example', false],
      ['a@b@x.example', false],
      ['a@localhost', false],
      ['a@-x.example', false],
      ['a@x_y.example', false],
      ['a\u200b@x.example', false],
      ['a@é.com/path', false],
    ])('the schema agrees with the gateway about the address %j', (email, expected) => {
      const body = { email, password: 'long enough' };
      const schema = bodies.find(([id]) => id === 'register')?.[1].schema ?? {};
      const register = table.find((entry) => entry.operationId === 'register');
      expect(createCheck(schema, unicodeRegExp)(body)).toBe(expected);
      expect(register?.request.body?.safeParse(body).success).toBe(expected);
    });
  });
});
