import { experimental, type Metadata, status } from '@grpc/grpc-js';
import type { ReadyInstance, Roster } from './homes';
import { hashOf } from './rendezvous';

/** Metadata that only chooses the instance. The picker removes it, so it is never sent. */
const KEY = 'flashreserve-home-key';
const ADDRESS = 'flashreserve-home-address';

/** Sends the call to the home of the key, which may contain any characters. */
export const setHomeKey = (metadata: Metadata, key: string): void => {
  metadata.set(KEY, String(hashOf(key)));
};

/** Sends the call to this instance, or fails it with UNAVAILABLE if that is not connected. */
export const setHomeAddress = (metadata: Metadata, address: string): void => {
  metadata.set(ADDRESS, address);
};

const take = (metadata: Metadata, name: string): string | undefined => {
  const [value] = metadata.get(name);
  if (value === undefined) return undefined;
  metadata.remove(name);
  return String(value);
};

const unavailable = new experimental.UnavailablePicker({
  code: status.UNAVAILABLE,
  details: 'The instance is not connected.',
});

/**
 * Picks the home of the call's key. Calls without a key go to each instance in turn. A call gets a
 * new metadata object for every pick, so a retry finds its key again.
 */
export const createHomePicker = (
  roster: Pick<Roster, 'ofKey' | 'ofAddress' | 'next'>,
): experimental.Picker => {
  const pickFrom = (
    instance: ReadyInstance | undefined,
    args: experimental.PickArgs,
  ): experimental.PickResult => instance?.pick(args) ?? unavailable.pick(args);
  return {
    pick: (args) => {
      const keyHash = take(args.metadata, KEY);
      if (keyHash !== undefined) {
        return roster.ofKey(Number(keyHash))?.pickWatched(args) ?? unavailable.pick(args);
      }
      const address = take(args.metadata, ADDRESS);
      return pickFrom(address === undefined ? roster.next() : roster.ofAddress(address), args);
    },
  };
};
