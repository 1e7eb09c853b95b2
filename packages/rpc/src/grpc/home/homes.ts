import type { experimental } from '@grpc/grpc-js';
import { hashOf, winnerOf } from './rendezvous';

/** Which instance of a service is the home of a key, as one client sees it now. */
export interface Homes {
  /**
   * Address of the instance that a call with this key would go to; '' while none is ready. Only a
   * hint: it may change before the call is sent, and another client may see other instances.
   */
  readonly homeOf: (key: string) => string;
}

/** An instance that is connected. */
export interface ReadyInstance {
  readonly address: string;
  /** Hash of the address. */
  readonly seed: number;
  readonly pick: (args: experimental.PickArgs) => experimental.PickResult;
  /** Like `pick`, for a call whose answer or silence says whether the instance hangs. */
  readonly pickWatched: (args: experimental.PickArgs) => experimental.PickResult;
}

/** The instances of one client that calls can go to. */
export interface Roster extends Homes {
  /**
   * Both are in the order of their addresses. Instances that do not answer are missing in
   * `answering`, unless none answers: then all may be as good as any.
   */
  readonly set: (ready: readonly ReadyInstance[], answering: readonly ReadyInstance[]) => void;
  readonly ofKey: (keyHash: number) => ReadyInstance | undefined;
  readonly ofAddress: (address: string) => ReadyInstance | undefined;
  /** Each one in turn. */
  readonly next: () => ReadyInstance | undefined;
  /**
   * Calls `listener`, once, when the instance that is the key's home now falls silent while another
   * answers.
   *
   * @returns a function that ends the watch
   */
  readonly onSilence: (key: string, listener: () => void) => () => void;
}

interface Watch {
  readonly address: string;
  readonly listener: () => void;
}

export const createRoster = (): Roster => {
  let ready: readonly ReadyInstance[] = [];
  let candidates: readonly ReadyInstance[] = [];
  // Random, so that the clients of a small service do not all start with the same instance.
  let turn = Math.floor(Math.random() * 1_000);
  const watches = new Set<Watch>();
  const ofKey = (keyHash: number) => winnerOf(keyHash, candidates);
  const homeOf = (key: string) => ofKey(candidates.length > 1 ? hashOf(key) : 0)?.address ?? '';
  const has = (instances: readonly ReadyInstance[], address: string): boolean =>
    instances.some((instance) => instance.address === address);
  return {
    set: (allReady, answering) => {
      ready = allReady;
      candidates = answering.length > 0 ? answering : allReady;
      for (const watch of watches) {
        // Calls at an instance that is no longer connected end by themselves.
        if (has(candidates, watch.address) || !has(ready, watch.address)) continue;
        watches.delete(watch);
        watch.listener();
      }
    },
    homeOf,
    onSilence: (key, listener) => {
      const watch = { address: homeOf(key), listener };
      watches.add(watch);
      return () => {
        watches.delete(watch);
      };
    },
    ofKey,
    ofAddress: (address) => ready.find((instance) => instance.address === address),
    next: () => {
      turn = (turn + 1) % Math.max(candidates.length, 1);
      return candidates[turn];
    },
  };
};
