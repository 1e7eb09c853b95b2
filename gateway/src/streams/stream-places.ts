import { addressKey } from '@flashreserve/ops';
import { limited, unavailable } from '@flashreserve/rpc';

/** Slots for open streams, in total and per client address. */
export interface StreamPlaces {
  /**
   * Takes a slot. The first call of the returned function releases it.
   *
   * @throws DomainError STREAMS_FULL or STREAMS_LIMITED
   */
  readonly take: (address: string) => () => void;
}

export const streamsFull = () =>
  unavailable('STREAMS_FULL', 'This gateway has as many streams as it takes. Try again shortly.');

export const createStreamPlaces = (limits: {
  readonly max: number;
  /** 0 means no limit. */
  readonly perAddress: number;
}): StreamPlaces => {
  const byAddress = new Map<string, number>();
  let total = 0;
  return {
    take: (address) => {
      const key = addressKey(address);
      const ofAddress = byAddress.get(key) ?? 0;
      if (total >= limits.max) throw streamsFull();
      if (limits.perAddress > 0 && ofAddress >= limits.perAddress) {
        throw limited({
          reason: 'STREAMS_LIMITED',
          message: 'This address has too many streams open.',
          limit: limits.perAddress,
          retryAfterSeconds: 5,
        });
      }
      total += 1;
      byAddress.set(key, ofAddress + 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        total -= 1;
        const left = (byAddress.get(key) ?? 1) - 1;
        if (left === 0) byAddress.delete(key);
        else byAddress.set(key, left);
      };
    },
  };
};
