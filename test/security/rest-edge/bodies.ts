import type { ApiDocument, JsonSchema, Operation } from '../../bad-input/rest/openapi';
import type { EdgeWorld } from './world';

type Container = Record<string, unknown>;

/** The path of a value in a body: `['items', '0', 'productId']`. */
export type Place = readonly string[];

export const toPointer = (place: Place): string => place.map((part) => `/${part}`).join('');

/** A valid value for each field. The tests fail if a new field has none. */
const goodValues = ({ owner, productId }: EdgeWorld): Readonly<Record<string, unknown>> => ({
  email: owner.email,
  password: 'some password',
  currentPassword: 'some password',
  newPassword: 'some password',
  newEmail: 'somebody-new@example.test',
  token: 'x'.repeat(43),
  refreshToken: owner.refreshToken,
  name: 'Ticket',
  description: 'One seat',
  role: 'CUSTOMER',
  price: 1,
  currency: 'USD',
  initialQuantity: 1,
  stockQuantity: 1,
  customerId: owner.userId,
  scopes: 'reservations:read',
  overlapSeconds: 0,
  seconds: 1,
  holdSeconds: 60,
  delta: 1,
  reason: 'Found',
  quantity: 1,
  restock: true,
  productId,
  sku: 'TICKET-1',
  metadata: { gate: 'A' },
  externalReference: 'order 1',
});

const build = (world: EdgeWorld, given: JsonSchema, name: string): unknown => {
  const schema = world.document.resolve(given);
  if (schema.properties !== undefined) {
    return Object.fromEntries(
      Object.entries(schema.properties).map(([key, value]) => [key, build(world, value, key)]),
    );
  }
  if (schema.type === 'array') return [build(world, schema.items ?? {}, name)];
  const good = goodValues(world)[name];
  if (good === undefined) throw new Error(`No value is known for the field "${name}".`);
  return good;
};

/** A valid body with every field of the operation; undefined if it has no body. */
export const fullBody = (world: EdgeWorld, { bodySchema }: Operation): Container | undefined =>
  bodySchema === undefined ? undefined : (build(world, bodySchema, '') as Container);

/** Every field of a body at any depth; objects and lists come before their contents. */
export const placesIn = (value: unknown, at: Place = []): readonly Place[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, child]) => {
        const place = [...at, key];
        return [place, ...placesIn(child, place)];
      });

/** Every object in a body that has fixed fields, with their names; the body itself is one. */
export const objectsIn = (
  body: Container,
): readonly { readonly place: Place; readonly keys: readonly string[] }[] =>
  [[], ...placesIn(body)].flatMap((place) => {
    const value = readAt(body, place);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && !isFreeForm(place) ? [{ place, keys: Object.keys(value) }] : [];
  });

/** Fields whose own fields are data of the client, stored as a list of keys and values. */
export const isFreeForm = (place: Place): boolean => place.at(-1) === 'metadata';

const readAt = (body: unknown, place: Place): unknown =>
  place.reduce<unknown>((value, key) => (value as Container)[key], body);

/** A copy of the body with this value at this path. */
export const withValue = (body: Container, place: Place, value: unknown): Container => {
  const copy = structuredClone(body);
  const key = place.at(-1) ?? '';
  const parent = readAt(copy, place.slice(0, -1)) as Container;
  // Plain assignment would set the prototype instead of a field.
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true });
  return copy;
};

/** The operation of a row in the access table. */
export const findOperation = (document: ApiDocument, name: string): Operation => {
  const found = document.operations.find(
    ({ method, template }) => `${method} ${template}` === name,
  );
  if (found === undefined) throw new Error(`The document has no ${name}.`);
  return found;
};
