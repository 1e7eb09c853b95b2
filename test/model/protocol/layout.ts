import type { Mutation } from './mutations';
import type { Scenario, WantedReturn } from './scenario';

/** A state of the whole system: one byte per field. */
export type State = Uint8Array;

/** An offset in a state. */
export type Field = number;

/** A product's counters in catalog. */
export interface ProductFields {
  readonly available: Field;
  readonly held: Field;
  readonly sold: Field;
  readonly writtenOff: Field;
  /** Units of folded holds, of all days. */
  readonly ledger: Field;
  /** Units in the ledger that came back, and those of them that were written off. */
  readonly ledgerReturned: Field;
  readonly ledgerWrittenOff: Field;
}

/** The stored data of one return of a reservation. */
export interface ReturnFields {
  readonly wanted: WantedReturn;
  /** Units of each product in reservation's document; all are 0 before the return is made. */
  readonly units: readonly Field[];
  /** The same in catalog's hold. */
  readonly inHold: readonly Field[];
  /** For the invariants only: 1 once its caller was told. */
  readonly told: Field;
}

/** The stored data of one reservation id. */
export interface IdFields {
  readonly customer: number;
  /** Derived from the customer's first id, for what replaces its expired reservation. */
  readonly isRevival: boolean;
  /** Catalog's hold. */
  readonly hold: Field;
  readonly holdExpires: Field;
  /** When the sweep may list it, by catalog's clock. */
  readonly holdDue: Field;
  /** Reservation's document. */
  readonly status: Field;
  readonly expires: Field;
  /** When it was confirmed or cancelled, plus one; 0 before. */
  readonly resolvedAt: Field;
  /** 1 once the queue has a job for it. */
  readonly job: Field;
  readonly returns: readonly ReturnFields[];
  /** 1 while catalog may not know of all returns. */
  readonly returnsPending: Field;
  /**
   * For the invariants only: how often its units were released, and how often it reached a final
   * state.
   */
  readonly releases: Field;
  readonly resolutions: Field;
  /** For the invariants only: how often its units were sold. */
  readonly sales: Field;
  /** For the invariants only: what its customer was told. */
  readonly toldReserved: Field;
  readonly toldConfirmed: Field;
  readonly toldExpired: Field;
  /** For the invariants only: the expiry that was promised by an extension; 0 without one. */
  readonly toldUntil: Field;
}

/** The stored data of one adjustment id. */
export interface AdjustmentFields {
  /** Units added to the first product, or removed if negative. */
  readonly delta: number;
  /** 1 once the adjustment is recorded. */
  readonly recorded: Field;
}

/** An AdjustStock call in flight. */
export interface AdjustFields {
  readonly adjustment: AdjustmentFields;
  readonly step: Field;
  /** The result of its read: 1 for enough units. */
  readonly enough: Field;
}

/** A Reserve or Revive call in flight: the memory of its process. */
export interface CallFields {
  readonly customer: number;
  readonly revives: boolean;
  readonly step: Field;
  readonly id: Field;
  /** The `expiresAt` that the call requests. */
  readonly wants: Field;
  /** The last result: 1 for enough units, then the hold's state. */
  readonly seen: Field;
  readonly seenExpires: Field;
  /** For the invariants only: 1 if the hold was due when it was checked. */
  readonly late: Field;
}

/** A Confirm or Cancel call in flight. */
export interface ResolveFields {
  readonly customer: number;
  readonly by: 'customer' | 'backend';
  readonly to: 'CONFIRMED' | 'CANCELLED';
  readonly step: Field;
  /** The time by which the update decides, plus one. */
  readonly now: Field;
}

/** An Extend call in flight. */
export interface ExtendFields {
  readonly customer: number;
  readonly step: Field;
  /** The time by which the update decides, plus one. */
  readonly now: Field;
  /** The expiry that was read, and then the one that was written. */
  readonly until: Field;
}

/** The memory of a process that tells catalog of returns. Returns are bits. */
export interface SettlingFields {
  readonly step: Field;
  /** The returns that were read. */
  readonly known: Field;
  /** Those that catalog was not told of yet. */
  readonly todo: Field;
  /** How many returns catalog has read in the hold. */
  readonly seen: Field;
}

/** A Return call in flight. */
export interface ReturnCallFields extends SettlingFields {
  readonly customer: number;
  /** Place of the return among those of the reservation. */
  readonly key: number;
  /** The units of each product that it returns. */
  readonly units: readonly Field[];
}

/** Reservation's recovery of returns that catalog may not know. */
export interface RecoveryFields extends SettlingFields {
  readonly id: IdFields;
}

/** A worker's batch in flight. Ids are bits. */
export interface WorkerFields {
  readonly step: Field;
  readonly now: Field;
  readonly batch: Field;
  /** The remaining ids of the current step. */
  readonly todo: Field;
  readonly expired: Field;
  readonly missing: Field;
  readonly release: Field;
  readonly sell: Field;
}

/** The offsets of all fields in a state of one scenario. */
export interface Layout {
  /** Bytes of a state, a multiple of four. */
  readonly size: number;
  readonly time: Field;
  /** 1 while catalog's clock is wrong. */
  readonly jumped: Field;
  readonly faults: Field;
  readonly products: readonly ProductFields[];
  readonly ids: readonly IdFields[];
  readonly adjustments: readonly AdjustmentFields[];
  /**
   * Up to here a state is the content of the stores and the queue; after it, the memory of
   * processes.
   */
  readonly storesEnd: Field;
  readonly calls: readonly CallFields[];
  readonly resolves: readonly ResolveFields[];
  readonly extensions: readonly ExtendFields[];
  readonly returnCalls: readonly ReturnCallFields[];
  readonly recoveries: readonly RecoveryFields[];
  readonly workers: readonly WorkerFields[];
  readonly adjusts: readonly AdjustFields[];
  /** Blocks of fields of equal processes: the offsets, and the length. */
  readonly alike: readonly { readonly starts: readonly Field[]; readonly length: number }[];
}

export const get = (state: State, field: Field): number => state[field] ?? 0;

const WORD = 4;

/** Computes the layout of a scenario. */
export const createLayout = (scenario: Scenario, mutation: Mutation | undefined): Layout => {
  let end = 0;
  const field = (): Field => {
    end += 1;
    return end - 1;
  };
  const { customers, stock } = scenario;
  const idsEach = mutation === 'new id for each retry' ? 2 : 1;
  const time = field();
  const jumped = field();
  const faults = field();
  const products = stock.map(() => ({
    available: field(),
    held: field(),
    sold: field(),
    writtenOff: field(),
    ledger: field(),
    ledgerReturned: field(),
    ledgerWrittenOff: field(),
  }));
  const returnOf = (wanted: WantedReturn): ReturnFields => ({
    wanted,
    units: stock.map(field),
    inHold: stock.map(field),
    told: field(),
  });
  const ids = customers.flatMap(({ revived, returns = [] }, customer) =>
    Array.from({ length: idsEach + (revived ? 1 : 0) }, (_id, place) => ({
      customer,
      isRevival: place === idsEach,
      hold: field(),
      holdExpires: field(),
      holdDue: field(),
      status: field(),
      expires: field(),
      resolvedAt: field(),
      job: field(),
      returns: place === 0 ? returns.map(returnOf) : [],
      returnsPending: field(),
      releases: field(),
      resolutions: field(),
      sales: field(),
      toldReserved: field(),
      toldConfirmed: field(),
      toldExpired: field(),
      toldUntil: field(),
    })),
  );
  const adjustments = (scenario.adjustments ?? []).map(({ delta }) => ({
    delta,
    recorded: field(),
  }));
  const storesEnd = end;
  const alike: { starts: Field[]; length: number }[] = [];
  const groupOf = <Fields>(count: number, create: () => Fields): Fields[] => {
    const starts: Field[] = [];
    const made = Array.from({ length: count }, () => {
      starts.push(end);
      return create();
    });
    if (count > 1) alike.push({ starts, length: (starts[1] ?? 0) - (starts[0] ?? 0) });
    return made;
  };
  const calls = customers.flatMap(({ calls: count, revived }, customer) => {
    const create = (revives: boolean) => () => ({
      customer,
      revives,
      step: field(),
      id: field(),
      wants: field(),
      seen: field(),
      seenExpires: field(),
      late: field(),
    });
    return [...groupOf(count, create(false)), ...groupOf(revived ? 1 : 0, create(true))];
  });
  const resolves = customers.flatMap(({ confirms, cancels, backendConfirms }, customer) => {
    const create = (to: ResolveFields['to'], by: ResolveFields['by']): ResolveFields => ({
      customer,
      by,
      to,
      step: field(),
      now: field(),
    });
    return [
      ...(confirms ? [create('CONFIRMED', 'customer')] : []),
      ...(backendConfirms ? [create('CONFIRMED', 'backend')] : []),
      ...(cancels ? [create('CANCELLED', 'customer')] : []),
    ];
  });
  const extensions = customers.flatMap(({ extended }, customer) =>
    extended ? [{ customer, step: field(), now: field(), until: field() }] : [],
  );
  const settling = (): SettlingFields => ({
    step: field(),
    known: field(),
    todo: field(),
    seen: field(),
  });
  const returnCalls = customers.flatMap(({ returns = [] }, customer) =>
    returns.flatMap(({ calls: count }, key) =>
      groupOf(count, () => ({ customer, key, ...settling(), units: stock.map(field) })),
    ),
  );
  const recoveries = ids
    .filter(({ returns }) => returns.length > 0)
    .map((id) => ({ id, ...settling() }));
  const workers = groupOf(scenario.workers, () => ({
    step: field(),
    now: field(),
    batch: field(),
    todo: field(),
    expired: field(),
    missing: field(),
    release: field(),
    sell: field(),
  }));
  const adjusts = adjustments.flatMap((adjustment, index) =>
    groupOf(scenario.adjustments?.[index]?.calls ?? 0, () => ({
      adjustment,
      step: field(),
      enough: field(),
    })),
  );
  const size = Math.ceil(end / WORD) * WORD;
  return {
    size,
    time,
    jumped,
    faults,
    products,
    ids,
    adjustments,
    storesEnd,
    calls,
    resolves,
    extensions,
    returnCalls,
    recoveries,
    workers,
    adjusts,
    alike,
  };
};
