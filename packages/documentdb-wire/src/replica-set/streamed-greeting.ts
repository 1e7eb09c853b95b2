import { deserialize, serialize } from 'bson';
import type { WireRequest } from '../protocol/message';
import { RawDocument } from '../protocol/raw-document';

/**
 * The greeting that follows an answered one by itself, when the driver watches the server by a stream of answers: it waits
 * for what comes after the version that was just told. A driver that gets a single answer instead takes it for a failure,
 * and drops all its connections.
 *
 * Undefined for any other request, and for a greeting that says at once how things are.
 */
export function streamedGreeting(request: WireRequest, answer: Buffer): WireRequest | undefined {
  if (!request.mayStream || request.body.document('topologyVersion') === undefined) {
    return undefined;
  }
  const { topologyVersion } = deserialize(answer, { useBigInt64: true });
  if (topologyVersion === undefined) {
    return undefined;
  }
  const body = deserialize(request.body.bytes, { useBigInt64: true });
  return {
    ...request,
    body: new RawDocument(Buffer.from(serialize({ ...body, topologyVersion }))),
  };
}
