import { context, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  ParentBasedSampler,
  type SpanLimits,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { newId } from '../ids';
import { createLimitedSampler } from './limited-sampler';

/** Limits of one span, in counts and characters. */
const SPAN_LIMITS: Required<SpanLimits> = {
  attributeCountLimit: 32,
  attributeValueLengthLimit: 256,
  linkCountLimit: 64,
  eventCountLimit: 8,
  attributePerEventCountLimit: 8,
  attributePerLinkCountLimit: 4,
};

export interface SdkTracingOptions {
  readonly component: string;
  readonly processor: SpanProcessor;
  /** Share of traces started here that is sampled, 0 to 1. */
  readonly ratio: number;
  readonly tracesPerSecondMax: number;
  readonly resourceAttributes?: Readonly<Record<string, string>> | undefined;
}

/** A component's tracing, based on the SDK. Components of one process have separate ones. */
export const createSdkTracing = (
  options: SdkTracingOptions,
): { readonly tracer: Tracer; readonly shutdown: () => Promise<void> } => {
  const { component, processor, ratio, tracesPerSecondMax, resourceAttributes } = options;
  // Shared by the process: it only tracks the context of the running code.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.namespace': 'flashreserve',
      'service.instance.id': newId(),
      ...resourceAttributes,
      'service.name': component,
    }),
    sampler: createLimitedSampler(
      new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
      { perSecond: tracesPerSecondMax },
    ),
    spanLimits: SPAN_LIMITS,
    spanProcessors: [processor],
  });
  return {
    tracer: provider.getTracer('flashreserve'),
    shutdown: () => provider.shutdown(),
  };
};
