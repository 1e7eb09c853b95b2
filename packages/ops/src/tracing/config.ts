import { z } from 'zod';
import { wholeNumber } from '../config/numbers';

const PAIRS_MAX = 32;
const SHARE = 'must be a number from 0 to 1';

/**
 * `key=value,key=value`, values percent-encoded: OpenTelemetry's format for headers and attributes.
 */
const parsePairs = (text: string): ReadonlyMap<string, string> | undefined => {
  const pairs = new Map<string, string>();
  for (const entry of text.split(',')) {
    const equals = entry.indexOf('=');
    const key = entry.slice(0, equals).trim();
    if (equals < 1 || key === '') return undefined;
    try {
      pairs.set(key, decodeURIComponent(entry.slice(equals + 1).trim()));
    } catch {
      return undefined;
    }
  }
  return pairs.size <= PAIRS_MAX ? pairs : undefined;
};

/** Does not show the value, because headers may contain a secret. */
const pairs = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const parsed = parsePairs(text);
  if (parsed !== undefined) return Object.fromEntries(parsed);
  context.addIssue(`must look like key=value,key=value with at most ${PAIRS_MAX} pairs`);
  return z.NEVER;
});

/**
 * Configuration of tracing. Names that start with OTEL_ have the meaning defined by OpenTelemetry.
 */
export const tracingFields = {
  /** OTLP endpoint over HTTP, without `/v1/traces`. Without it tracing is off. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Headers to send with traces, for example an API key. */
  OTEL_EXPORTER_OTLP_HEADERS: pairs.optional(),
  /** Attributes of every span, for example `deployment.environment.name=production`. */
  OTEL_RESOURCE_ATTRIBUTES: pairs.optional(),
  /** Share of traces started here that is sampled, 0 to 1. A caller's decision takes precedence. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number(SHARE)
    .refine((share) => share >= 0 && share <= 1, SHARE)
    .default(1),
  /**
   * Maximum sampled traces started per second and instance, regardless of the share and the callers'
   * decisions.
   */
  TRACES_PER_SECOND_MAX: wholeNumber({ min: 1, max: 100_000 }).default(100),
};

export interface TracingConfig {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: Readonly<Record<string, string>> | undefined;
  readonly OTEL_RESOURCE_ATTRIBUTES?: Readonly<Record<string, string>> | undefined;
  readonly OTEL_TRACES_SAMPLER_ARG: number;
  readonly TRACES_PER_SECOND_MAX: number;
}
