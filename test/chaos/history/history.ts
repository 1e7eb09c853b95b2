import { createReadStream } from 'node:fs';
import { z } from 'zod';

/** Milliseconds since the epoch by the clock of the harness, which no fault changes. */
const instant = z.number().nonnegative();

const line = z.object({ productId: z.string(), quantity: z.number() });

const status = z.enum(['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'RETURNED']);

const runSchema = z.object({
  kind: z.literal('run'),
  seed: z.number(),
  minutes: z.number(),
  at: instant,
  ttlSeconds: z.number(),
  sweepSeconds: z.number(),
  commit: z.string(),
  scale: z.record(z.string(), z.number()),
});

const productSchema = z.object({
  kind: z.literal('product'),
  productId: z.string(),
  stock: z.number(),
  at: instant,
});

const adjustSchema = z.object({
  kind: z.literal('adjust'),
  productId: z.string(),
  delta: z.number(),
  key: z.string(),
  outcome: z.enum(['ok', 'refused', 'unknown']),
  at: instant,
});

const bodySchema = z.object({
  reservationId: z.string(),
  status,
  items: z.array(line),
  expiresAt: z.string(),
  createdAt: z.string(),
});

const callSchema = z.object({
  kind: z.literal('call'),
  n: z.number(),
  action: z.enum(['reserve', 'confirm', 'cancel', 'get', 'extend', 'revive', 'return']),
  customerId: z.string(),
  key: z.string().optional(),
  reservationId: z.string().optional(),
  /** The units to reserve, or to return; a return without lines is of all that are left. */
  lines: z.array(line).optional(),
  /** Whether a return writes its units off. */
  writeOff: z.boolean().optional(),
  /** The expired reservation that a call wants to revive. */
  replaces: z.string().optional(),
  /** By which an extension moves the expiry. */
  seconds: z.number().optional(),
  sentAt: instant,
  answeredAt: instant,
  status: z.number(),
  reason: z.string().optional(),
  replayed: z.boolean().optional(),
  retryAfter: z.boolean().optional(),
  reservation: bodySchema.optional(),
});

const faultSchema = z.object({
  kind: z.literal('fault'),
  fault: z.string(),
  target: z.string(),
  from: instant,
  until: instant,
  detail: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

const endSchema = z.object({ kind: z.literal('end'), at: instant, quietAt: instant });

/** One line of a history file. */
const historyRecordSchema = z.discriminatedUnion('kind', [
  runSchema,
  productSchema,
  adjustSchema,
  callSchema,
  faultSchema,
  endSchema,
]);

export type Line = Readonly<z.infer<typeof line>>;
export type ReservationStatus = z.infer<typeof status>;
/** Always the first line. */
export type RunRecord = Readonly<z.infer<typeof runSchema>>;
/** A product whose creation was acknowledged. */
export type ProductRecord = Readonly<z.infer<typeof productSchema>>;
/** One attempt to adjust a product's stock; `unknown` if its outcome is not known. */
export type AdjustRecord = Readonly<z.infer<typeof adjustSchema>>;
/** A reservation in a response; its times are ISO 8601. */
export type ReservationBody = Readonly<z.infer<typeof bodySchema>>;
/**
 * One request of a client and its response; status 0 means no response (timeout or broken
 * connection).
 */
export type CallRecord = Readonly<z.infer<typeof callSchema>>;
/** An injected fault. For `clock`, `detail.offsetMs` is the shift of the target's clock. */
export type FaultRecord = Readonly<z.infer<typeof faultSchema>>;
/**
 * The last line; `quietAt` is when everything had come to rest, 0 if it had not within the limit.
 */
export type EndRecord = Readonly<z.infer<typeof endSchema>>;
export type HistoryRecord = z.infer<typeof historyRecordSchema>;

const parseLine = (file: string, number: number, text: string): HistoryRecord => {
  try {
    return historyRecordSchema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`${file}, line ${number}: ${why}`);
  }
};

/**
 * Reads a history line by line, without keeping all of it in memory.
 *
 * @throws Error with the line's number if a line is no record, the first is not the run, or the
 * last is truncated: a verdict on half a history would be worthless
 */
export async function* readHistory(file: string): AsyncGenerator<HistoryRecord> {
  let number = 0;
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      number += 1;
      const record = parseLine(file, number, text);
      if (number === 1 && record.kind !== 'run') {
        throw new Error(`${file}, line 1: a history begins with its run.`);
      }
      yield record;
    }
  }
  if (rest !== '') throw new Error(`${file}, line ${number + 1}: the last line is cut off.`);
  if (number === 0) throw new Error(`${file} is empty.`);
}
