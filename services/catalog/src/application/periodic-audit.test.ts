import { createSilentLogger } from '@flashreserve/ops';
import type { LedgerFigures } from '../domain/stock-violations';
import { type AuditLook, createPeriodicAudit } from './periodic-audit';
import type { LedgerReader } from './ports';

const product = (productId: string, available = 10): LedgerFigures => ({
  productId,
  counters: { available, held: 0, sold: 0, writtenOff: 0 },
  initialStock: 10,
  adjusted: 0,
  heldInHolds: 0,
  soldInHolds: 0,
  writtenOffInHolds: 0,
});

/** Audits until the reader has been called `asks` times. */
const auditUntil = async (asks: number, read: LedgerReader['read']) => {
  const queries: Parameters<LedgerReader['read']>[0][] = [];
  const looks: AuditLook[] = [];
  let failures = 0;
  let enough = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const audit = createPeriodicAudit({
    ledger: {
      read: (query) => {
        queries.push(query);
        if (queries.length === asks) enough();
        return read(query);
      },
    },
    intervalMs: 1,
    log: createSilentLogger(),
    onLook: (look) => {
      looks.push(look);
    },
    onFailure: () => {
      failures += 1;
    },
  });
  audit.start();
  await done;
  await audit.stop();
  return { queries, looks, failures };
};

describe('the periodic audit', () => {
  it('products are audited page by page, starting over after the last page', async () => {
    const page = Array.from({ length: 500 }, (_, index) => product(`p-${index}`));

    const { queries, looks } = await auditUntil(3, async ({ after }) => ({
      figures: after === undefined ? page : [product('z')],
      isHeldRead: true,
    }));

    expect(queries.map(({ after }) => after)).toEqual([undefined, 'p-499', undefined]);
    expect(looks.map(({ products, endsRound }) => [products, endsRound])).toEqual([
      [500, false],
      [1, true],
      [500, false],
    ]);
  });

  it('each check reports every violated invariant of every product', async () => {
    const { looks } = await auditUntil(1, async () => ({
      figures: [product('a', 11), product('b'), product('c', -1)],
      isHeldRead: false,
    }));

    expect(looks).toEqual([
      {
        products: 3,
        violations: ['units_do_not_add_up', 'negative_counter', 'units_do_not_add_up'],
        endsRound: true,
        isHeldRead: false,
      },
    ]);
  });

  it('a failed check retries the same page', async () => {
    const { queries, looks, failures } = await auditUntil(2, async () => {
      throw new Error('away');
    });

    expect(queries.map(({ after }) => after)).toEqual([undefined, undefined]);
    expect([looks, failures]).toEqual([[], 2]);
  });
});
