import type { CallRecord, HistoryRecord, Line, ReservationBody } from '../history/history';
import type { Facts } from './facts';
import { gatherFacts } from './gather-facts';
import type {
  Store,
  StoredAdjustment,
  StoredHold,
  StoredLedgerRow,
  StoredProduct,
  StoredReservation,
} from './store';

/** A small correct run without faults. Tests plant one error each. */
export interface SampleRun {
  readonly records: HistoryRecord[];
  readonly products: StoredProduct[];
  readonly adjustments: StoredAdjustment[];
  readonly ledger: StoredLedgerRow[];
  readonly holds: StoredHold[];
  readonly reservations: StoredReservation[];
}

/** The run starts at 0, and holds last 10 s. */
const TTL_MS = 10_000;

export const bodyOf = (
  reservationId: string,
  items: readonly Line[],
  madeAt: number,
  status: ReservationBody['status'] = 'PENDING',
): ReservationBody => ({
  reservationId,
  status,
  items: [...items],
  createdAt: new Date(madeAt).toISOString(),
  expiresAt: new Date(madeAt + TTL_MS).toISOString(),
});

/** A call that took 10 ms by default. */
export const callOf = (
  call: Partial<CallRecord> & Pick<CallRecord, 'n' | 'action' | 'sentAt'>,
): CallRecord => ({
  kind: 'call',
  customerId: 'ann',
  answeredAt: call.sentAt + 10,
  status: call.action === 'reserve' ? 201 : 200,
  ...call,
});

const phones = (quantity: number): Line[] => [{ productId: 'phone', quantity }];

const history = (): HistoryRecord[] => [
  {
    kind: 'run',
    seed: 1,
    minutes: 1,
    at: 0,
    ttlSeconds: 10,
    sweepSeconds: 2,
    commit: 'abc',
    scale: {},
  },
  { kind: 'product', productId: 'phone', stock: 10, at: 10 },
  { kind: 'adjust', productId: 'phone', delta: 2, key: 'a', outcome: 'unknown', at: 20 },
  { kind: 'adjust', productId: 'phone', delta: 2, key: 'a', outcome: 'ok', at: 30 },
  { kind: 'adjust', productId: 'phone', delta: 5, key: 'b', outcome: 'refused', at: 30 },
  // Sold, with a replay.
  callOf({
    n: 1,
    action: 'reserve',
    key: 'k1',
    lines: phones(3),
    sentAt: 1_000,
    reservation: bodyOf('sold', phones(3), 1_000),
  }),
  callOf({
    n: 2,
    action: 'reserve',
    key: 'k1',
    lines: phones(3),
    sentAt: 1_100,
    status: 200,
    replayed: true,
    reservation: bodyOf('sold', phones(3), 1_000),
  }),
  callOf({
    n: 3,
    action: 'confirm',
    reservationId: 'sold',
    sentAt: 2_000,
    reservation: bodyOf('sold', phones(3), 1_000, 'CONFIRMED'),
  }),
  callOf({
    n: 4,
    action: 'confirm',
    reservationId: 'sold',
    sentAt: 30_000,
    reservation: bodyOf('sold', phones(3), 1_000, 'CONFIRMED'),
  }),
  // Cancelled.
  callOf({
    n: 5,
    action: 'reserve',
    lines: phones(4),
    sentAt: 1_000,
    reservation: bodyOf('given-up', phones(4), 1_000),
  }),
  callOf({
    n: 6,
    action: 'cancel',
    reservationId: 'given-up',
    sentAt: 3_000,
    reservation: bodyOf('given-up', phones(4), 1_000, 'CANCELLED'),
  }),
  // Expired, then read.
  callOf({
    n: 7,
    action: 'reserve',
    key: 'k2',
    lines: phones(5),
    sentAt: 1_000,
    reservation: bodyOf('expired', phones(5), 1_000),
  }),
  callOf({
    n: 8,
    action: 'confirm',
    reservationId: 'expired',
    sentAt: 12_000,
    status: 409,
    reason: 'RESERVATION_EXPIRED',
  }),
  callOf({
    n: 9,
    action: 'get',
    reservationId: 'expired',
    sentAt: 12_100,
    reservation: bodyOf('expired', phones(5), 1_000, 'PENDING'),
  }),
  callOf({
    n: 10,
    action: 'reserve',
    key: 'k3',
    lines: phones(9),
    sentAt: 1_200,
    status: 409,
    reason: 'OUT_OF_STOCK',
  }),
  callOf({
    n: 11,
    action: 'reserve',
    key: 'k4',
    lines: phones(1),
    sentAt: 5_000,
    answeredAt: 9_000,
    status: 0,
  }),
  { kind: 'end', at: 60_000, quietAt: 50_000 },
];

const pair = (
  reservationId: string,
  quantity: number,
  rest: Pick<StoredReservation, 'status'> & Partial<StoredReservation>,
  state: StoredHold['state'],
): { hold: StoredHold; reservation: StoredReservation } => {
  const common = { reservationId, customerId: 'ann', lines: phones(quantity) };
  const times = { createdAt: 1_000, expiresAt: 1_000 + TTL_MS };
  return {
    hold: { ...common, state, expireTime: times.expiresAt, returns: rest.returns ?? [] },
    reservation: {
      ...common,
      ...times,
      confirmedAt: undefined,
      expiredAt: undefined,
      isTombstone: false,
      replaces: undefined,
      returns: [],
      hasReturnsPending: false,
      ...rest,
    },
  };
};

export const createSampleRun = (): SampleRun => {
  const pairs = [
    pair('sold', 3, { status: 'CONFIRMED', confirmedAt: 2_005 }, 'SOLD'),
    pair('given-up', 4, { status: 'CANCELLED' }, 'RELEASED'),
    pair('expired', 5, { status: 'EXPIRED', expiredAt: 12_500 }, 'RELEASED'),
    pair(
      'tombstone',
      1,
      {
        status: 'EXPIRED',
        expiredAt: 8_000,
        expiresAt: 8_000,
        isTombstone: true,
        lines: [],
        customerId: undefined,
      },
      'RELEASED',
    ),
  ];
  return {
    records: history(),
    products: [
      { productId: 'phone', available: 9, held: 0, sold: 3, writtenOff: 0, initialStock: 10 },
    ],
    ledger: [],
    adjustments: [{ productId: 'phone', delta: 2 }],
    holds: pairs.map(({ hold }) => hold),
    reservations: pairs.map(({ reservation }) => reservation),
  };
};

/** Two of the three sold units are returned, by calls 12 and 13; one of them is written off. */
export const giveBack = (run: SampleRun): void => {
  const keys = ['k5', 'k6'] as const;
  const returns = keys.map((key) => ({
    returnId: `return-${key}`,
    lines: phones(1),
    writeOff: key === 'k6',
    reason: key,
  }));
  const calls = keys.map((key, index) =>
    callOf({
      n: 12 + index,
      action: 'return',
      reservationId: 'sold',
      key,
      lines: phones(1),
      writeOff: key === 'k6',
      sentAt: 40_000,
      reservation: bodyOf('sold', phones(3), 1_000, 'CONFIRMED'),
    }),
  );
  run.records.splice(-1, 0, ...calls);
  run.ledger.push({ productId: 'phone', returned: 2, writtenOff: 1 });
  change(run.products, 'phone', { available: 10, sold: 1, writtenOff: 1 });
  change(run.holds, 'sold', { returns });
  change(run.reservations, 'sold', { returns });
};

/** Replaces fields of the element with this id. */
export const change = <Item extends object>(
  items: Item[],
  id: string,
  changes: Partial<Item>,
): void => {
  const index = items.findIndex((item) => Object.values(item).includes(id));
  const item = items[index];
  if (item === undefined) throw new Error(`There is no ${id} in the sample run.`);
  items[index] = { ...item, ...changes };
};

/** Replaces fields of the call with this number. */
export const changeCall = (run: SampleRun, n: number, changes: Partial<CallRecord>): void => {
  const index = run.records.findIndex((record) => record.kind === 'call' && record.n === n);
  const record = run.records[index];
  if (record?.kind !== 'call') throw new Error(`There is no call ${n} in the sample run.`);
  run.records[index] = { ...record, ...changes };
};

const storeOf = ({ products, adjustments, ledger, holds, reservations }: SampleRun): Store => ({
  products: new Map(products.map((one) => [one.productId, one])),
  adjustments,
  ledger,
  holds: new Map(holds.map((one) => [one.reservationId, one])),
  reservations: new Map(reservations.map((one) => [one.reservationId, one])),
});

/** The facts of a sample run after `plant` has added an error. */
export const sampleFacts = async (plant: (run: SampleRun) => void = () => {}): Promise<Facts> => {
  const run = createSampleRun();
  plant(run);
  const { history: facts } = await gatherFacts(run.records);
  return { history: facts, store: storeOf(run) };
};
