import type { TableEntry } from '../route';

/**
 * OpenAPI takes `/reservations/{productId}` and `/reservations/{reservationId}` for the same path, so paths of
 * one shape share their parameter's name in the document. Values travel by position, so clients see no difference.
 */
const SHARED_PARAMETER = 'id';
/** A parameter in a path of express. */
export const PARAMETER = /:(\w+)/g;

/** Paths of the same shape are the same path to routers and to OpenAPI. */
export const shapeOf = (path: string): string => path.replace(PARAMETER, '{}');

/** Says how the document names a path's parameter. */
export const createNamer = (table: readonly TableEntry[]) => {
  const pathsByShape = new Map<string, Set<string>>();
  for (const { path } of table) {
    const paths = pathsByShape.get(shapeOf(path)) ?? new Set();
    pathsByShape.set(shapeOf(path), paths.add(path));
  }
  return (path: string, name: string): string =>
    (pathsByShape.get(shapeOf(path))?.size ?? 1) > 1 ? SHARED_PARAMETER : name;
};
