import { LEAK } from '../batch';
import type { RawAnswer } from './client';
import type { ApiDocument, Operation } from './openapi';
import type { BadRequest } from './request-arbitrary';

/** Collections that a response may have changed, by operation. Reads change nothing. */
const SESSIONS = ['auth.sessions', 'auth.refresh_tokens'];
/** Who is deleted or disabled loses sessions and links. */
const ENDED_USER = ['auth.users', 'auth.guards', 'auth.account_links', ...SESSIONS];
const STOCK = ['catalog.products', 'catalog.holds', 'reservation.reservations'];
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  register: ['auth.users'],
  createGuest: ['auth.users', ...SESSIONS],
  createApiClient: ['auth.api_clients', 'auth.guards', ...SESSIONS],
  rotateApiClientSecret: ['auth.api_clients', ...SESSIONS],
  revokeApiClient: ['auth.api_clients', 'auth.guards', ...SESSIONS],
  issueClientToken: ['auth.api_clients'],
  login: SESSIONS,
  refreshSession: SESSIONS,
  logout: SESSIONS,
  createAdminSession: SESSIONS,
  changePassword: ['auth.users', ...SESSIONS],
  setUserRole: ['auth.users', 'auth.guards', ...SESSIONS],
  createPasswordResetLink: ['auth.account_links'],
  createEmailChangeLink: ['auth.account_links'],
  confirmPasswordReset: ['auth.users', 'auth.account_links', ...SESSIONS],
  confirmEmailChange: ['auth.users', 'auth.account_links'],
  deleteAccount: ENDED_USER,
  deleteUser: ENDED_USER,
  disableUser: ENDED_USER,
  enableUser: ['auth.users'],
  createProduct: ['catalog.products', 'catalog.product_creations'],
  updateProduct: ['catalog.products'],
  adjustStock: ['catalog.products', 'catalog.stock_adjustments'],
  reserveProduct: STOCK,
  reserveProducts: STOCK,
  confirmReservation: STOCK,
  confirmReservationVerbFirst: STOCK,
  extendReservation: STOCK,
  extendReservationVerbFirst: STOCK,
  reviveReservation: STOCK,
  reviveReservationVerbFirst: STOCK,
  returnReservation: STOCK,
  returnReservationVerbFirst: STOCK,
  cancelReservation: STOCK,
  cancelReservationVerbFirst: STOCK,
};

/** An overloaded server may refuse, if it says when to retry. */
const BUSY: ReadonlySet<string> = new Set(['AUTH_BUSY', 'OVERLOADED']);

const parse = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

const header = ({ headers }: RawAnswer, name: string): string => String(headers[name] ?? '');

interface Match {
  readonly operations: readonly Operation[];
  /** The path contains escapes or non-ASCII characters, so refusing it is correct for any route. */
  readonly isEncoded: boolean;
  /** The path is below a route that serves a whole subtree, and matches no other operation. */
  readonly isSubtree: boolean;
}

const SUBTREES = ['/api-docs', '/admin/queues', '/live'];

const matches = (template: string, path: string): boolean => {
  const wanted = template.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, index) =>
      part.startsWith('{') ? given[index] !== '' : part === given[index],
    )
  );
};

const find = (document: ApiDocument, target: string): Match => {
  const path = target.split('?', 1)[0] ?? '';
  const bare = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  const operations = document.operations.filter(({ template }) => matches(template, bare));
  return {
    operations,
    isEncoded: /[^!-~]|%/.test(path),
    isSubtree:
      operations.every(({ template }) => SUBTREES.includes(template)) &&
      SUBTREES.some((subtree) => path === subtree || path.startsWith(`${subtree}/`)),
  };
};

const HEADER_BYTES_MAX = 16 * 1024;
const HEADERS_MAX = 256;

const hasLargeHeaders = ({ path, headers }: BadRequest): boolean => {
  if (headers.length > HEADERS_MAX - 10) return true;
  const lengths = headers.map(([name, value]) => name.length + value.length + 4);
  return lengths.reduce((sum, length) => sum + length, path.length) > HEADER_BYTES_MAX - 512;
};

const routeComplaints = (
  document: ApiDocument,
  request: BadRequest,
  answer: RawAnswer,
): readonly string[] => {
  const { status } = answer;
  const contentType = header(answer, 'content-type');
  const body = contentType.includes('json') ? parse(answer.text) : answer.text;
  const { operations, isEncoded, isSubtree } = find(document, request.path);
  const asGet = request.method === 'HEAD' ? 'GET' : request.method;
  const operation = operations.find(({ method }) => method === asGet);
  if (request.method === 'HEAD') return answer.text === '' ? [] : ['an answer to HEAD has a body'];
  if (status === 431) {
    return [
      ...(hasLargeHeaders(request) ? [] : ['431 for small headers']),
      ...document.problemComplaints(body),
    ];
  }
  if (isSubtree) return status < 500 ? [] : ['5xx'];
  if (operation !== undefined) return document.complaints(operation, { status, contentType, body });
  const expected = operations.length === 0 ? [404] : request.method === 'OPTIONS' ? [204] : [405];
  if (status === 204) return expected.includes(204) ? [] : ['204 for what is no route'];
  return [
    ...([...expected, ...(isEncoded ? [400] : [])].includes(status)
      ? []
      : [`${status} instead of ${expected.join()}`]),
    ...document.problemComplaints(body),
  ];
};

/** Refusals of OAuth have the form of RFC 6749 instead of a problem. */
const isOauthError = (status: number, body: Readonly<Record<string, unknown>> | undefined) =>
  (status === 400 || status === 401) && typeof body?.['error'] === 'string';

const generalComplaints = (answer: RawAnswer): readonly string[] => {
  const { status, text } = answer;
  const contentType = header(answer, 'content-type');
  const body = parse(text) as Readonly<Record<string, unknown>> | undefined;
  const complaints: string[] = [];
  if (header(answer, 'x-request-id') === '') complaints.push('no request id');
  if (status >= 400 && text !== '' && !isOauthError(status, body)) {
    if (!/^application\/problem\+json(;|$)/.test(contentType))
      complaints.push(`an error as ${contentType}`);
    if (body?.['status'] !== status) complaints.push('the problem has another status');
    if (body?.['requestId'] !== header(answer, 'x-request-id'))
      complaints.push('another request id');
    const leak = LEAK.exec(text);
    if (leak !== null) complaints.push(`tells "${leak[0]}"`);
  }
  const isBusy =
    status === 503 && BUSY.has(String(body?.['reason'])) && header(answer, 'retry-after') !== '';
  if (status >= 500 && !isBusy) complaints.push(`a ${status}`);
  return complaints;
};

/** Whether the store failed, so that the outcome of the request is unknown. */
export const isOutage = (answer: RawAnswer): boolean =>
  answer.status === 503 &&
  header(answer, 'retry-after') !== '' &&
  (parse(answer.text) as { reason?: unknown } | undefined)?.reason === 'STORE_UNAVAILABLE';

/** Everything that is wrong with a response. */
export const complaintsAbout = (
  document: ApiDocument,
  request: BadRequest,
  answer: RawAnswer,
): readonly string[] => [
  ...generalComplaints(answer),
  ...routeComplaints(document, request, answer),
];

/**
 * The collections that a response allows to have changed: none, unless the request was or may have
 * been accepted.
 */
export const allowanceOf = (
  document: ApiDocument,
  request: BadRequest,
  answer: RawAnswer,
): readonly string[] => {
  const { operations } = find(document, request.path);
  const operation = operations.find(({ method }) => method === request.method);
  if (operation === undefined) return [];
  const changes = ALLOWED[operation.operationId] ?? [];
  if (answer.status < 300 || isOutage(answer)) return changes;
  const reason = (parse(answer.text) as { reason?: unknown } | undefined)?.reason;
  // A customer who signs in as an administrator gets a session that is ended at once; a reused
  // refresh token ends its session.
  const isDocumented = reason === 'ADMIN_REQUIRED' || reason === 'REFRESH_TOKEN_REUSED';
  return isDocumented && answer.status !== 400 && changes === SESSIONS ? changes : [];
};
