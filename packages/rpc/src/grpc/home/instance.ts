import { type ChannelOptions, connectivityState, experimental } from '@grpc/grpc-js';
import type { ReadyInstance } from './homes';
import { hashOf } from './rendezvous';
import { createSilence } from './silence';

/** One instance of a service, with a connection that is kept up. */
export interface Instance {
  readonly state: () => connectivityState;
  readonly isSilent: () => boolean;
  /** Undefined unless connected. */
  readonly ready: () => ReadyInstance | undefined;
  /** Connects again after the connection has ended. */
  readonly connect: () => void;
  /** Closes the connection once its calls have ended. */
  readonly destroy: () => void;
}

const { COMPLETE } = experimental.PickResultType;

/** @param onChange called after the connection, or whether the instance answers, has changed */
export const createInstance = (options: {
  readonly address: string;
  readonly endpoint: experimental.Endpoint;
  readonly channelOptions: ChannelOptions;
  readonly resolutionNote: string;
  readonly helper: experimental.ChannelControlHelper;
  readonly silentAfterMs: number;
  readonly probe: (address: string) => Promise<boolean>;
  readonly onChange: (lastError: string | null) => void;
}): Instance => {
  const { address, onChange } = options;
  const seed = hashOf(address);
  const silence = createSilence({
    silentAfterMs: options.silentAfterMs,
    probe: () => options.probe(address),
    onChange: () => {
      onChange(null);
    },
  });
  const leaf = new experimental.LeafLoadBalancer(
    options.endpoint,
    experimental.createChildChannelControlHelper(options.helper, {
      updateState: (_state, _picker, errorMessage) => {
        onChange(errorMessage);
      },
    }),
    options.channelOptions,
    options.resolutionNote,
  );
  leaf.startConnecting();

  return {
    state: () => leaf.getConnectivityState(),
    isSilent: silence.isSilent,
    ready: () => {
      if (leaf.getConnectivityState() !== connectivityState.READY) return undefined;
      const picker = leaf.getPicker();
      return {
        address,
        seed,
        pick: (args) => picker.pick(args),
        pickWatched: (args) => {
          const { pickResultType, subchannel, status, onCallEnded } = picker.pick(args);
          if (pickResultType !== COMPLETE) {
            return { pickResultType, subchannel, status, onCallStarted: null, onCallEnded };
          }
          return {
            pickResultType,
            subchannel,
            status: null,
            onCallStarted: silence.callStarted,
            onCallEnded: silence.callEnded,
          };
        },
      };
    },
    connect: () => {
      leaf.exitIdle();
    },
    destroy: () => {
      silence.stop();
      leaf.destroy();
    },
  };
};
