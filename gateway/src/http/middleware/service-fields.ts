import { DomainError, invalidRequest, toJsonPointer } from '@flashreserve/rpc';
import type { Route } from '../route';

const toCamelCase = (text: string): string =>
  text.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

const fieldNamesOf = (route: Route): Readonly<Record<string, string>> => {
  const under = (root: string, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`/${name}`, `${root}/${name}`]));
  return {
    ...under('/query', Object.keys(route.request.query?.shape ?? {})),
    ...under('/path', Object.keys(route.request.path?.shape ?? {})),
    ...route.fieldNames,
  };
};

/**
 * Translates field names in errors of services: services name the fields of their own requests
 * (`lines[0].quantity`, `page_token`), clients know those of the route (`/items/0/quantity`,
 * `/query/pageToken`).
 */
export const renameServiceFields = (route: Route, error: unknown): unknown => {
  if (!(error instanceof DomainError) || error.domain === undefined) return error;
  if (error.fieldViolations.length === 0) return error;
  // Longer names first, so that the most specific one wins.
  const names = Object.entries(fieldNamesOf(route)).sort(([a], [b]) => b.length - a.length);
  const rename = (field: string): string => {
    const pointer = toJsonPointer(toCamelCase(field));
    const found = names.find(([from]) => pointer === from || pointer.startsWith(`${from}/`));
    return found === undefined ? pointer : `${found[1]}${pointer.slice(found[0].length)}`;
  };
  const fieldViolations = error.fieldViolations.map(({ field, description }) => ({
    field: rename(field),
    description,
  }));
  const { kind, reason, metadata, domain, cause } = error;
  const message =
    reason === 'INVALID_REQUEST' ? invalidRequest(fieldViolations).message : error.message;
  return new DomainError({ kind, reason, message, metadata, domain, fieldViolations, cause });
};
