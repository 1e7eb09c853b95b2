import { type SpanContext, TraceFlags } from '@opentelemetry/api';

/** Name of the W3C header and of the gRPC metadata. */
export const TRACEPARENT = 'traceparent';

const PATTERN = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Parses a `traceparent` (W3C Trace Context, version 00) from an untrusted caller. Undefined unless
 * it is exactly valid; the request then starts a new trace. `tracestate` and `baggage` are never
 * adopted, because they may be long and contain anything.
 */
export const parseTraceparent = (value: unknown): SpanContext | undefined => {
  if (typeof value !== 'string') return undefined;
  const [, traceId, spanId, flags] = PATTERN.exec(value) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return { traceId, spanId, traceFlags, isRemote: true };
};

/** Formats a `traceparent`, always 55 characters. */
export const formatTraceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`;
