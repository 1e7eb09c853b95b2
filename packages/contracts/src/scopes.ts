/**
 * What an API client may be allowed to do, with the sentence that documents show. A client acts for
 * any customer, but never outside its scopes.
 */
export const SCOPES = {
  'reservations:read': 'Read and list the reservations of any customer.',
  'reservations:write': 'Reserve, cancel, extend and return for any customer.',
  'reservations:confirm': 'Confirm the reservations of any customer, for example after a payment.',
  'products:write': 'Create and change products and adjust their stock.',
  'sales:write': 'Create and change sales.',
  'events:read': 'Read and follow the log of events.',
  'webhooks:write': 'Create, change and delete webhooks.',
  'customers:read': 'Export what is stored about a customer.',
} as const satisfies Readonly<Record<string, string>>;

/** A scope that this version knows; another version may know more. */
export type Scope = keyof typeof SCOPES;

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text);

/** The scopes that this version knows, each once, in alphabetical order. */
export const toScopes = (texts: Iterable<string>): readonly Scope[] =>
  [...new Set(texts)].filter(isScope).sort();
