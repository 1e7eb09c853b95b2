import { type DomainError, fromServiceError } from '@flashreserve/rpc';
import { Metadata, status } from '@grpc/grpc-js';
import { Type } from 'protobufjs';
import { LEAK } from '../batch';
import type { BadCall } from './call-arbitrary';
import type { CallAnswer } from './client';

const SESSIONS = ['auth.sessions', 'auth.refresh_tokens'];
const STOCK = ['catalog.products', 'catalog.holds'];
const RESERVATIONS = ['reservation.reservations'];
/** Collections that a call may change when it is taken. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  Register: ['auth.users'],
  Login: SESSIONS,
  RefreshSession: SESSIONS,
  RevokeSession: SESSIONS,
  EndSession: SESSIONS,
  ChangePassword: ['auth.users', ...SESSIONS],
  SetUserRole: ['auth.users', 'auth.guards', ...SESSIONS],
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
  ExpireReservations: RESERVATIONS,
};

/** What a caller that is to blame may hear. */
const REFUSALS: ReadonlySet<status> = new Set([
  status.INVALID_ARGUMENT,
  status.UNAUTHENTICATED,
  status.PERMISSION_DENIED,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
  status.ABORTED,
]);
/** Reasons of a server that is busy. */
const BUSY: ReadonlySet<string> = new Set(['AUTH_BUSY', 'OVERLOADED']);
const MESSAGE_BYTES_MAX = 1024 * 1024;

/**
 * What a message over the limit gets. A connection that ends at its age refuses calls that come at that moment; a
 * client repeats them unseen, but not those that are larger than what it keeps for repeating.
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

/** True for a path such as `lines[0].product_id` of which every part is a field in the proto file. */
const isFieldOf = (request: Type, path: string): boolean => {
  let type: Type | undefined = request;
  return path.split('.').every((part) => {
    const field = type?.fields[part.replace(/\[\d+\]$/, '')];
    type = field?.resolvedType instanceof Type ? field.resolvedType : undefined;
    return field !== undefined;
  });
};

/** Bytes that cannot be decoded have no field that could be named. */
const isNamed = (request: Type, field: string): boolean =>
  field === '' || isFieldOf(request, field);

const errorOf = (code: status, details: string, packed: Buffer): DomainError => {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', packed);
  return fromServiceError(Object.assign(new Error(details), { code, details, metadata }));
};

/** True when the store failed, which leaves it open what became of the call. */
export const isCallOutage = ({ code, details, packed }: CallAnswer): boolean =>
  code === status.UNAVAILABLE &&
  packed !== undefined &&
  errorOf(code, details, packed).reason === 'STORE_UNAVAILABLE';

/** Everything that is wrong with an answer. */
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

/** What an answer allows to have changed: nothing, unless the call was taken, or may have been. */
export const callAllowance = (call: BadCall, answer: CallAnswer): readonly string[] =>
  answer.code === status.OK || isCallOutage(answer) ? (ALLOWED[call.rpc.name] ?? []) : [];
