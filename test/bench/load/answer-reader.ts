/** A complete response to one request. */
export interface Answer {
  readonly status: number;
  /** Empty unless it is kept. */
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';
/** `HTTP/1.1 201 Created`: offset of the status. */
const STATUS = { from: 9, to: 12 } as const;
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const WITHOUT_BODY = new Set([204, 304]);

/**
 * Parses the bytes of a connection and returns each response once it is complete. Supports only
 * what the measured servers send: one response at a time, with a `content-length`. This makes it
 * several times cheaper than a complete parser. Keeps the bodies of responses with the status
 * `keptStatus`.
 *
 * @throws Error if a response has no length
 */
export const createAnswerReader = (
  keptStatus?: number,
): ((chunk: Buffer) => Answer | undefined) => {
  let head: Buffer | undefined;
  let status = 0;
  let missing = 0;
  let parts: Buffer[] = [];

  const complete = (): Answer => {
    const body = parts.length === 0 ? '' : Buffer.concat(parts).toString();
    head = undefined;
    parts = [];
    return { status, body };
  };
  const addBody = (part: Buffer): Answer | undefined => {
    if (status === keptStatus) parts.push(part);
    missing -= part.length;
    return missing <= 0 ? complete() : undefined;
  };

  return (chunk) => {
    if (missing > 0) return addBody(chunk);
    const data = head === undefined ? chunk : Buffer.concat([head, chunk]);
    const end = data.indexOf(HEAD_END);
    if (end < 0) {
      head = data;
      return undefined;
    }
    const text = data.toString('latin1', 0, end);
    status = Number(text.slice(STATUS.from, STATUS.to));
    const length = LENGTH.exec(text)?.[1];
    if (length === undefined && !WITHOUT_BODY.has(status)) {
      throw new Error(`An answer does not tell its length:\n${text}`);
    }
    missing = Number(length ?? 0);
    return addBody(data.subarray(end + HEAD_END.length));
  };
};
