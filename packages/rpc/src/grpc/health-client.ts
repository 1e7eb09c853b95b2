import {
  type Client,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { createChannelCredentials, type TlsClientOptions, toTlsChannelOptions } from './mutual-tls';

/** What a health check found: the server's own answer, or why there was none. */
export type HealthAnswer = 'serving' | 'not-serving' | 'unreachable' | 'late' | 'unusable';

/** Why a service is no use, in fixed words: what a driver says may name addresses that are nobody's business. */
export const HEALTH_REASONS: Readonly<Record<Exclude<HealthAnswer, 'serving'>, string>> = {
  'not-serving':
    'It answers that it cannot serve now: its store does not answer, or it is stopping.',
  unreachable: 'No instance can be connected to.',
  late: 'No instance answers in time.',
  unusable: 'What answers at its address has no usable health service.',
};

/** Asks a gRPC server for its health with the standard health service. */
export interface HealthProbe {
  /** Never rejects. Without `service` it asks for the server as a whole. */
  readonly check: (timeoutMs: number, service?: string) => Promise<HealthAnswer>;
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

const answerOf = (
  error: ServiceError | null,
  response: { readonly status: string } | undefined,
): HealthAnswer => {
  if (error === null) return response?.status === 'SERVING' ? 'serving' : 'not-serving';
  if (error.code === status.UNAVAILABLE) return 'unreachable';
  return error.code === status.DEADLINE_EXCEEDED ? 'late' : 'unusable';
};

/** Keeps one channel, because a channel for each check would leak. Without options it speaks plain text. */
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
