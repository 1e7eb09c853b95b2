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

/** Every `pattern` in the document, wherever it stands. */
const patternsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
  );
};
const patterns = [...new Set(patternsIn(document))];

/** Says whether a body fits its published schema; tools differ in whether they give patterns the flag `u`. */
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
  it.each(patterns)('need no flag and no rare feature: %s', (pattern) => {
    expect(() => new RegExp(pattern)).not.toThrow();
    expect(() => new RegExp(pattern, 'u')).not.toThrow();
    // Property classes need the flag; lookbehind, names and look-ahead are missing in several languages.
    expect(pattern).not.toMatch(/\\p\{|\\P\{|\(\?<|\(\?!|\(\?=/);
  });

  describe.each(DIALECTS)('%s the flag u', (_dialect, unicodeRegExp) => {
    it.each(bodies)('%s has examples, and all fit', (_operationId, { schema, examples }) => {
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
    ])('say the same as the gateway about %s', (_what, text) => {
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
  });
});
