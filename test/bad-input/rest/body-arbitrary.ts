import fc from 'fast-check';
import { hostileJson, hostileKey } from '../values';

/** A change to a valid body. `at` chooses the place, modulo their number. */
type Change =
  | { readonly kind: 'replace'; readonly at: number; readonly json: string }
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'add'; readonly at: number; readonly key: string; readonly json: string }
  | { readonly kind: 'wrap'; readonly at: number };

type Container = Record<string, unknown>;

interface Place {
  readonly parent: Container;
  readonly key: string;
}

const MARK = '\u2603';

/** Every object in a value that can be changed, and every key in it. */
const placesOf = (value: unknown): Place[] => {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Container;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesOf(parent[key])]);
};

/**
 * Applies the changes and serializes the body; what JavaScript values cannot express is inserted
 * afterwards.
 */
const writeBody = (valid: unknown, changes: readonly Change[]): string => {
  const root: Container = { root: structuredClone(valid) };
  const texts = new Map<string, string>();
  const mark = (text: string): string => {
    const name = `${MARK}${texts.size}${MARK}`;
    texts.set(JSON.stringify(name), text);
    return name;
  };
  for (const change of changes) {
    const places = placesOf(root);
    const place = places[change.at % places.length];
    if (place === undefined) continue;
    const { parent, key } = place;
    if (change.kind === 'remove') delete parent[key];
    else if (change.kind === 'replace') parent[key] = mark(change.json);
    else if (change.kind === 'wrap') parent[key] = [parent[key]];
    else parent[mark(JSON.stringify(change.key))] = mark(change.json);
  }
  let body = JSON.stringify(root['root']) ?? '';
  // Markers are never nested in inserted text, so one pass is enough.
  for (const [marked, text] of texts) body = body.replace(marked, () => text);
  return body;
};

const at = fc.nat({ max: 100 });
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('replace'), at, json: hostileJson }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove'), at }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('add'), at, key: hostileKey, json: hostileJson }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wrap'), at }) },
) as fc.Arbitrary<Change>;

const KIBIBYTE = 1024;
const padded = (bytes: number): string => `{"padding":"${'x'.repeat(bytes - 14)}"}`;

/** Bytes that are not JSON, or too many. */
const brokenBody: fc.Arbitrary<Buffer> = fc.oneof(
  fc
    .constantFrom(
      '{',
      '{"a":',
      '[1,2',
      'nope',
      "{'a':1}",
      '{"a":1,}',
      '{"a":1}{"a":2}',
      '\u0000',
      '\ufeff{}',
      'a=b&c=d',
      '<x/>',
      '-',
      'NaN',
      '"\u0001"',
      padded(64 * KIBIBYTE),
      padded(64 * KIBIBYTE + 1),
      padded(200 * KIBIBYTE),
      `${'['.repeat(40_000)}${']'.repeat(40_000)}`,
      '['.repeat(60_000),
    )
    .map((text) => Buffer.from(text)),
  fc
    .constantFrom('ff', 'c3', '7b2261223a22ff227d', 'feff007b007d', '1f8b0800')
    .map((hex) => Buffer.from(hex, 'hex')),
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
);

/** Bodies of a route: valid ones, valid ones with a few changes, and invalid JSON. */
export const bodyFrom = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer | undefined> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: valid.map((value) => Buffer.from(JSON.stringify(value))) },
    {
      weight: 8,
      arbitrary: fc
        .tuple(valid, fc.array(change, { minLength: 1, maxLength: 2 }))
        .map(([value, changes]) => Buffer.from(writeBody(value, changes))),
    },
    { weight: 1, arbitrary: hostileJson.map((text) => Buffer.from(text)) },
    { weight: 2, arbitrary: brokenBody },
  );
