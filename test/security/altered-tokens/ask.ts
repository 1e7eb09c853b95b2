import { request } from 'node:http';
import type { ReservationServiceClient } from '@flashreserve/contracts/reservation';
import { fromServiceError } from '@flashreserve/rpc';
import { Metadata } from '@grpc/grpc-js';

/** The result of a call. */
export interface Verdict {
  /** The HTTP status, or the kind of the gRPC error; `accepted` if the call was accepted. */
  readonly outcome: string;
  readonly reason: string;
}

const TIMEOUT_MS = 20_000;

/** Reserves one unit over REST with these `authorization` headers, sent unchanged. */
export const reserveOverRest = (
  baseUrl: string,
  productId: string,
  authorization: readonly string[],
): Promise<Verdict> =>
  new Promise((resolve, reject) => {
    const body = '{"quantity":1}';
    const { host } = new URL(baseUrl);
    const headers = [
      ...['host', host, 'content-type', 'application/json', 'content-length', String(body.length)],
      ...authorization.flatMap((value) => ['authorization', value]),
    ];
    const req = request(
      `${baseUrl}/reservations/${productId}`,
      { method: 'POST', headers, timeout: TIMEOUT_MS },
      (res) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (chunk: string) => {
          text += chunk;
        });
        res.on('error', reject);
        res.on('end', () => {
          const { reason = '' } = JSON.parse(text) as { reason?: string };
          resolve({ outcome: String(res.statusCode), reason });
        });
      },
    );
    req.on('error', reject);
    req.on('timeout', () => req.destroy(new Error('The gateway did not answer.')));
    req.end(body);
  });

/** Reserves one unit over gRPC with this `authorization` metadata. */
export const reserveOverGrpc = (
  client: ReservationServiceClient,
  target: { readonly productId: string; readonly customerId: string },
  authorization: string,
): Promise<Verdict> =>
  new Promise((resolve) => {
    const metadata = new Metadata();
    metadata.set('authorization', authorization);
    client.reserve(
      {
        customerId: target.customerId,
        lines: [{ productId: target.productId, quantity: 1 }],
        idempotencyKey: '',
        requestId: '',
      },
      metadata,
      { deadline: Date.now() + TIMEOUT_MS },
      (error) => {
        if (error === null) {
          resolve({ outcome: 'accepted', reason: '' });
          return;
        }
        const isFromService = error.metadata.get('grpc-status-details-bin').length > 0;
        const { kind, reason } = fromServiceError(error);
        resolve({ outcome: kind, reason: isFromService ? reason : 'TRANSPORT_REFUSED' });
      },
    );
  });
