import {
  type ChannelCredentials,
  type Client,
  Metadata,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { setHomeAddress } from './pick-by-home';
import { PROBE_MS } from './silence';

type Check = (
  request: { readonly service: string },
  metadata: Metadata,
  options: { readonly deadline: number },
  callback: (error: ServiceError | null) => void,
) => void;

const HealthClient = makeGenericClientConstructor(healthService, 'grpc.health.v1.Health');

/** Codes with which the client itself ends a call. Any other comes from the instance. */
const NO_ANSWER: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
]);

/**
 * Checks instances over the client's own connections: whether the process answers, not whether it
 * serves. An instance that does not serve answers calls with an error.
 */
export const createProbe = (
  client: Pick<Client, 'getChannel'>,
  credentials: ChannelCredentials,
): ((address: string) => Promise<boolean>) => {
  let health: { readonly check: Check } | undefined;
  return (address) =>
    new Promise((resolve) => {
      health ??= new HealthClient('', credentials, {
        channelOverride: client.getChannel(),
      }) as unknown as { readonly check: Check };
      const metadata = new Metadata();
      setHomeAddress(metadata, address);
      health.check({ service: '' }, metadata, { deadline: Date.now() + PROBE_MS }, (error) => {
        resolve(error === null || !NO_ANSWER.has(error.code));
      });
    });
};
