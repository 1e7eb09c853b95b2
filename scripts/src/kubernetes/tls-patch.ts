import { z } from 'zod';

const probe = z.strictObject({
  grpc: z.null(),
  exec: z.strictObject({ command: z.array(z.string()).min(1) }),
  periodSeconds: z.int(),
  timeoutSeconds: z.int(),
  failureThreshold: z.int(),
});

/** The changes of the mutual-tls component to a Deployment. */
export const tlsPatch = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata: z.strictObject({ name: z.string() }),
  spec: z.strictObject({
    template: z.strictObject({
      spec: z.strictObject({
        containers: z.tuple([
          z.strictObject({
            name: z.string(),
            startupProbe: probe.optional(),
            readinessProbe: probe.optional(),
            livenessProbe: probe.optional(),
            volumeMounts: z.tuple([
              z.strictObject({
                name: z.literal('tls'),
                mountPath: z.string(),
                readOnly: z.literal(true),
              }),
            ]),
          }),
        ]),
        volumes: z.tuple([
          z.strictObject({
            name: z.literal('tls'),
            secret: z.strictObject({ secretName: z.string(), defaultMode: z.int() }),
          }),
        ]),
      }),
    }),
  }),
});
