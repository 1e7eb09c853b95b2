import { type DomainError, fromServiceError } from '@flashreserve/rpc';
import { Metadata, status } from '@grpc/grpc-js';
import { Type } from 'protobufjs';
import { LEAK } from '../batch';
import type { BadCall } from './call-arbitrary';
import type { CallAnswer } from './client';

const SESSIONS = ['auth.sessions', 'auth.refresh_tokens'];
/** Who is deleted or disabled loses sessions and links. */
const ENDED_USER = ['auth.users', 'auth.guards', 'auth.account_links', ...SESSIONS];
const STOCK = ['catalog.products', 'catalog.holds'];
const SOLD_STOCK = [...STOCK, 'catalog.stock_ledger'];
const RESERVATIONS = ['reservation.reservations'];
/** Collections that an accepted call may change. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  Register: ['auth.users'],
  CreateGuest: ['auth.users', ...SESSIONS],
  Login: SESSIONS,
  RefreshSession: SESSIONS,
  RevokeSession: SESSIONS,
  EndSession: SESSIONS,
  ChangePassword: ['auth.users', ...SESSIONS],
  SetUserRole: ['auth.users', 'auth.guards', ...SESSIONS],
  CreateApiClient: ['auth.api_clients', 'auth.guards', ...SESSIONS],
  RotateApiClientSecret: ['auth.api_clients', ...SESSIONS],
  RevokeApiClient: ['auth.api_clients', 'auth.guards', ...SESSIONS],
  IssueClientToken: ['auth.api_clients'],
  CreatePasswordResetLink: ['auth.account_links'],
  CreateEmailChangeLink: ['auth.account_links'],
  ConfirmPasswordReset: ['auth.users', 'auth.account_links', ...SESSIONS],
  ConfirmEmailChange: ['auth.users', 'auth.account_links'],
  DeleteAccount: ENDED_USER,
  DeleteUser: ENDED_USER,
  SetUserStatus: ENDED_USER,
  CreateProduct: ['catalog.products', 'catalog.product_creations'],
  UpdateProduct: ['catalog.products'],
  AdjustStock: ['catalog.products', 'catalog.stock_adjustments'],
  DecrementStock: STOCK,
  BatchDecrementStock: STOCK,
  RestoreStock: STOCK,
  CommitStock: STOCK,
  Reserve: [...STOCK, ...RESERVATIONS],
  BatchReserve: [...STOCK, ...RESERVATIONS],
  ConfirmReservation: [...STOCK, ...RESERVATIONS],
  CancelReservation: [...STOCK, ...RESERVATIONS],
  ExtendReservation: ['catalog.holds', ...RESERVATIONS],
  ReviveReservation: [...STOCK, ...RESERVATIONS],
  ReturnReservation: [...SOLD_STOCK, ...RESERVATIONS],
  ReturnStock: SOLD_STOCK,
  PostponeHold: ['catalog.holds'],
  BatchResolve: [...STOCK, ...RESERVATIONS],
  ExpireReservations: RESERVATIONS,
};

/** Statuses of client errors. */
const REFUSALS: ReadonlySet<status> = new Set([
  status.INVALID_ARGUMENT,
  status.UNAUTHENTICATED,
  status.PERMISSION_DENIED,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
  status.ABORTED,
]);
/** Reasons of an overloaded server. */
const BUSY: ReadonlySet<string> = new Set(['AUTH_BUSY', 'OVERLOADED']);
const MESSAGE_BYTES_MAX = 1024 * 1024;

/**
 * Statuses for a message over the size limit. A connection at its maximum age refuses new calls;
 * gRPC retries them transparently, except those larger than its retry buffer.
 */
const LARGE: ReadonlySet<status> = new Set([status.RESOURCE_EXHAUSTED, status.UNAVAILABLE]);

const decodes = (call: BadCall, response: Buffer | undefined): boolean => {
  try {
    if (response !== undefined) call.rpc.response.decode(response);
    return true;
  } catch {
    return false;
  }
};

/**
 * Whether every part of a path such as `lines[0].product_id` is a field in the proto file. What
 * comes after a map is a key of the caller.
 */
const isFieldOf = (request: Type, path: string): boolean => {
  let type: Type | undefined = request;
  let isInMap = false;
  return path.split('.').every((part) => {
    if (isInMap) return true;
    const field = type?.fields[part.replace(/\[\d+\]$/, '')];
    isInMap = field?.map === true;
    type = field?.resolvedType instanceof Type ? field.resolvedType : undefined;
    return field !== undefined;
  });
};

/** Undecodable bytes have no field to name. */
const isNamed = (request: Type, field: string): boolean =>
  field === '' || isFieldOf(request, field);

const errorOf = (code: status, details: string, packed: Buffer): DomainError => {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', packed);
  return fromServiceError(Object.assign(new Error(details), { code, details, metadata }));
};

/** Whether the store failed, so that the outcome of the call is unknown. */
export const isCallOutage = ({ code, details, packed }: CallAnswer): boolean =>
  code === status.UNAVAILABLE &&
  packed !== undefined &&
  errorOf(code, details, packed).reason === 'STORE_UNAVAILABLE';

/** Everything that is wrong with a response. */
export const callComplaints = (call: BadCall, answer: CallAnswer): readonly string[] => {
  const { code, details, packed, response } = answer;
  if (code === status.OK) return decodes(call, response) ? [] : ['the response cannot be decoded'];
  if (call.request.length > MESSAGE_BYTES_MAX) {
    return LARGE.has(code) ? [] : [`${status[code]} for a large message: ${details}`];
  }
  if (packed === undefined) return [`${status[code]} without details: ${details}`];
  const error = errorOf(code, details, packed);
  const isBusy = code === status.RESOURCE_EXHAUSTED && BUSY.has(error.reason);
  const leak = LEAK.exec(packed.toString('latin1'));
  return [
    ...(REFUSALS.has(code) || isBusy ? [] : [`${status[code]}: ${details}`]),
    ...(/^[A-Z][A-Z_]*[A-Z]$/.test(error.reason) ? [] : [`no reason: ${error.reason}`]),
    ...error.fieldViolations
      .filter(({ field }) => !isNamed(call.rpc.request, field))
      .map(({ field }) => `names "${field}", which is no field of the proto file`),
    ...(leak === null ? [] : [`tells "${leak[0]}"`]),
  ];
};

/**
 * The collections that a response allows to have changed: none, unless the call was or may have
 * been accepted.
 */
export const callAllowance = (call: BadCall, answer: CallAnswer): readonly string[] =>
  answer.code === status.OK || isCallOutage(answer) ? (ALLOWED[call.rpc.name] ?? []) : [];
