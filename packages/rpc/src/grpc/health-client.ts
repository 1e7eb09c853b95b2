import {
  type Client,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { createChannelCredentials, type TlsClientOptions, toTlsChannelOptions } from './mutual-tls';

/** Result of a health check: the server's response, or why there is none. */
export type HealthAnswer = 'serving' | 'not-serving' | 'unreachable' | 'late' | 'unusable';

/** Fixed texts for an unhealthy service: driver messages may contain internal addresses. */
export const HEALTH_REASONS: Readonly<Record<Exclude<HealthAnswer, 'serving'>, string>> = {
  'not-serving':
    'The service reports NOT_SERVING: its store is unavailable, or it is shutting down.',
  unreachable: 'No instance is reachable.',
  late: 'No instance answers in time.',
  unusable: 'The server at this address has no usable health service.',
};

/** Checks a gRPC server through the standard health service. */
export interface HealthProbe {
  /** Never rejects. Without `service`, checks the server as a whole. */
  readonly check: (timeoutMs: number, service?: string) => Promise<HealthAnswer>;
  /** Whether the server reports SERVING within `timeoutMs`. */
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

const answerOf = (
  error: ServiceError | null,
  response: { readonly status: string } | undefined,
): HealthAnswer => {
  if (error === null) return response?.status === 'SERVING' ? 'serving' : 'not-serving';
  if (error.code === status.UNAVAILABLE) return 'unreachable';
  return error.code === status.DEADLINE_EXCEEDED ? 'late' : 'unusable';
};

/** Uses a single channel, because a channel per check would leak. Plaintext without options. */
export const createHealthProbe = (target: string, options?: TlsClientOptions): HealthProbe => {
  const HealthClientConstructor = makeGenericClientConstructor(
    healthService,
    'grpc.health.v1.Health',
  );
  const client = new HealthClientConstructor(target, createChannelCredentials(options?.tls), {
    ...(options && toTlsChannelOptions(options)),
    'grpc.enable_channelz': 0,
    'grpc.dns_min_time_between_resolutions_ms': 1_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  }) as unknown as HealthClient;
  const check = (timeoutMs: number, service = ''): Promise<HealthAnswer> =>
    new Promise((resolve) => {
      client.check(
        { service },
        { deadline: new Date(Date.now() + timeoutMs) },
        (error, response) => {
          resolve(answerOf(error, response));
        },
      );
    });
  return {
    check,
    isServing: async (timeoutMs) => (await check(timeoutMs)) === 'serving',
    close: () => {
      client.close();
    },
  };
};
