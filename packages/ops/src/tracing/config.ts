import { z } from 'zod';
import { wholeNumber } from '../config/numbers';
import { setting } from '../config/setting';

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
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .meta(
      setting(
        'traces',
        'OTLP/HTTP endpoint for traces, without /v1/traces, for example http://collector:4318.',
      ),
    ),
  OTEL_EXPORTER_OTLP_HEADERS: pairs
    .optional()
    .meta(
      setting(
        'traces',
        'Headers sent with traces, for example an API key, as `key=value,key=value` with percent-encoded values.',
      ),
    ),
  OTEL_RESOURCE_ATTRIBUTES: pairs
    .optional()
    .meta(
      setting(
        'traces',
        'Attributes of every span, as `key=value,key=value` with percent-encoded values, for example deployment.environment.name=production.',
      ),
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number(SHARE)
    .refine((share) => share >= 0 && share <= 1, SHARE)
    .default(1)
    .meta(
      setting(
        'traces',
        "Sampling ratio of traces that start here, 0 to 1. The sampling decision in a caller's traceparent takes precedence.",
      ),
    ),
  TRACES_PER_SECOND_MAX: wholeNumber({ min: 1, max: 100_000 })
    .default(100)
    .meta(
      setting(
        'traces',
        'Maximum number of traces that an instance starts recording per second, 1 to 100000, whatever ratio and callers say.',
      ),
    ),
};

export interface TracingConfig {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: Readonly<Record<string, string>> | undefined;
  readonly OTEL_RESOURCE_ATTRIBUTES?: Readonly<Record<string, string>> | undefined;
  readonly OTEL_TRACES_SAMPLER_ARG: number;
  readonly TRACES_PER_SECOND_MAX: number;
}
