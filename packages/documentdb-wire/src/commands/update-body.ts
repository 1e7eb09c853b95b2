import type { Command } from './command';

/** `multi: true` in BSON. */
const MULTI = Buffer.from('\x08multi\0\x01', 'latin1');
/** `bypassDocumentValidation: true` in BSON. */
const BYPASS = Buffer.from('\x08bypassDocumentValidation\0\x01', 'latin1');

/** The document with one more field. */
function append(document: Buffer, field: Buffer): Buffer {
  const end = document.length - 1;
  const longer = Buffer.concat([document.subarray(0, end), field, document.subarray(end)]);
  longer.writeInt32LE(longer.length, 0);
  return longer;
}

/**
 * The body of an update command. Where a collection has a validator, the engine (1.0) runs an
 * update of many documents in two steps: it computes the new documents from a snapshot, and then
 * overwrites whatever the documents are by then. A concurrent change is lost, and both updates
 * report success. Without validation it is one step that reads a changed document again. So these
 * commands skip validation; inserts and updates of single documents are validated.
 */
export function updateBody({ body, request }: Command): Buffer {
  const isMulti = body.bytes.includes(MULTI) || request.sequence?.includes(MULTI) === true;
  return isMulti ? append(body.bytes, BYPASS) : body.bytes;
}
