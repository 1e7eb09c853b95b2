import { type Client, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import { createChannelCredentials, type TlsClientOptions, toTlsChannelOptions } from './mutual-tls';

/** Asks a gRPC server for its health with the standard health service. */
export interface HealthProbe {
  /** True when the server answers SERVING; false for any other answer, or none within the time. */
  readonly isServing: (timeoutMs: number) => Promise<boolean>;
  readonly close: () => void;
}

type HealthClient = Client & {
  readonly check: (
    request: { readonly service: string },
    options: { readonly deadline: Date },
    callback: (error: ServiceError | null, response?: { readonly status: string }) => void,
  ) => void;
};

/** Keeps one channel, because a channel for each check would leak. Without options it speaks plain text. */
export const createHealthProbe = (target: string, options?: TlsClientOptions): HealthProbe => {
  const HealthClientConstructor = makeGenericClientConstructor(service, 'grpc.health.v1.Health');
  const client = new HealthClientConstructor(target, createChannelCredentials(options?.tls), {
    ...(options && toTlsChannelOptions(options)),
    'grpc.enable_channelz': 0,
    'grpc.dns_min_time_between_resolutions_ms': 1_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  }) as unknown as HealthClient;
  return {
    isServing: (timeoutMs) =>
      new Promise((resolve) => {
        client.check(
          { service: '' },
          { deadline: new Date(Date.now() + timeoutMs) },
          (error, response) => {
            resolve(error === null && response?.status === 'SERVING');
          },
        );
      }),
    close: () => {
      client.close();
    },
  };
};
