import {
  type ExpiryVerdict,
  HoldVerdict,
  ReservationServiceClient,
} from '@flashreserve/contracts/reservation';
import type { ServiceTokenSource } from '@flashreserve/identity';
import { callUnary, createClient, type MutualTls } from '@flashreserve/rpc';
import type { ReservationPort, Verdict } from '../application/ports';
import { toUnaryCallOptions } from './unary-call-options';

export interface ReservationClient extends ReservationPort {
  readonly close: () => void;
}

/** Calls reservation over gRPC with this service's token. */
export const createReservationClient = (options: {
  readonly target: string;
  readonly serviceToken: ServiceTokenSource;
  readonly tls?: MutualTls | undefined;
}): ReservationClient => {
  const client = createClient(ReservationServiceClient, options.target, {
    serviceName: 'flashreserve.reservation.v1.ReservationService',
    idempotentMethods: ['ExpireReservations'],
    tls: options.tls,
  });
  return {
    expireReservations: async (reservationIds, scope) => {
      const { verdicts } = await callUnary(
        client,
        'expireReservations',
        { reservationIds: [...reservationIds] },
        await toUnaryCallOptions(scope, options.serviceToken),
      );
      return new Map(
        verdicts.flatMap((entry) => {
          const verdict = toVerdict(entry);
          return verdict === undefined ? [] : [[entry.reservationId, verdict]];
        }),
      );
    },
    close: () => {
      client.close();
    },
  };
};

/** Undefined for a verdict unknown to this version; the entry then counts as missing. */
const toVerdict = ({ verdict, remaining }: ExpiryVerdict): Verdict | undefined => {
  switch (verdict) {
    case HoldVerdict.HOLD_VERDICT_RELEASE:
      return { kind: 'release' };
    case HoldVerdict.HOLD_VERDICT_SELL:
      return { kind: 'sell' };
    case HoldVerdict.HOLD_VERDICT_NOT_DUE: {
      const { seconds = 0, nanos = 0 } = remaining ?? {};
      // Rounded up, so that the retry is not early again by a fraction of a millisecond.
      return { kind: 'not-due', remainingMs: Math.max(1, Math.ceil(seconds * 1e3 + nanos / 1e6)) };
    }
    default:
      return undefined;
  }
};
