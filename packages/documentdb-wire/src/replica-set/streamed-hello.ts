import { deserialize, serialize } from 'bson';
import type { WireRequest } from '../protocol/message';
import { RawDocument } from '../protocol/raw-document';

/**
 * The next `hello` of a driver that monitors the server by a stream of replies: it waits for the
 * topology version after the one that was just sent. A driver that gets a single reply instead
 * treats that as a failure and closes all its connections.
 *
 * Undefined for any other request, and for a `hello` that does not wait.
 */
export function streamedHello(request: WireRequest, answer: Buffer): WireRequest | undefined {
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
