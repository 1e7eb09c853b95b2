import { z } from 'zod';
import { loadConfig } from '../config/load-config';
import { tracingFields } from './config';

const schema = z.object(tracingFields);

describe('the configuration of tracing', () => {
  it('tracing is off without an endpoint', () => {
    expect(loadConfig(schema, {})).toEqual({
      OTEL_TRACES_SAMPLER_ARG: 1,
      TRACES_PER_SECOND_MAX: 100,
    });
  });

  it('tracing is configured by the standard variables of OpenTelemetry', () => {
    const config = loadConfig(schema, {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x=y, tenant = shop',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=production',
      OTEL_TRACES_SAMPLER_ARG: '0.05',
    });

    expect(config).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_EXPORTER_OTLP_HEADERS: { authorization: 'Bearer x=y', tenant: 'shop' },
      OTEL_RESOURCE_ATTRIBUTES: { 'deployment.environment.name': 'production' },
      OTEL_TRACES_SAMPLER_ARG: 0.05,
    });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a-very-secret-key'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'key=%E0%A4%A'],
    ['OTEL_RESOURCE_ATTRIBUTES', Array.from({ length: 33 }, (_, i) => `k${i}=v`).join(',')],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['TRACES_PER_SECOND_MAX', '1000001'],
  ])('an invalid %s is rejected without showing it', (name, value) => {
    const load = (): unknown => loadConfig(schema, { [name]: value });

    expect(load).toThrow(name);
    expect(load).not.toThrow(value);
  });
});
