import { etagOf } from './etag';

/** Only in the type: what the bytes are the JSON of. */
declare const jsonOf: unique symbol;

/** The JSON of a 200 response, ready to be sent to any number of clients. */
export interface PreparedAnswer<Body = unknown> {
  readonly content: Buffer;
  readonly etag: string;
  readonly contentLength: string;
  readonly [jsonOf]?: Body;
}

/** `revision` becomes part of the ETag, for objects that are changed with `If-Match`. */
export const prepareJson = <Body>(body: Body, revision?: number): PreparedAnswer<Body> => {
  const text = JSON.stringify(body);
  // Not from Node's pool, a slab of which would stay as long as any answer in it is kept.
  const content = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  content.write(text);
  return { content, etag: etagOf(content, revision), contentLength: String(content.length) };
};
