import type { TableEntry } from '../route';

/**
 * OpenAPI treats `/reservations/{productId}` and `/reservations/{reservationId}` as the same path,
 * so paths of the same shape share their parameter name in the document. Parameters are positional,
 * so clients see no difference.
 */
const SHARED_PARAMETER = 'id';
/** A parameter in an Express path. */
export const PARAMETER = /:(\w+)/g;

/** Paths of the same shape are the same path to routers and to OpenAPI. */
export const shapeOf = (path: string): string => path.replace(PARAMETER, '{}');

/** Creates a function that returns the name of a path's parameter in the document. */
export const createNamer = (table: readonly TableEntry[]) => {
  const pathsByShape = new Map<string, Set<string>>();
  for (const { path } of table) {
    const paths = pathsByShape.get(shapeOf(path)) ?? new Set();
    pathsByShape.set(shapeOf(path), paths.add(path));
  }
  return (path: string, name: string): string =>
    (pathsByShape.get(shapeOf(path))?.size ?? 1) > 1 ? SHARED_PARAMETER : name;
};
