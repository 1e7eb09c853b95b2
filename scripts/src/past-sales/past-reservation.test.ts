import { createPastReservation, type PastSales } from './past-reservation';

const DAY_MS = 86_400_000;
const sales: PastSales = {
  reservations: 1_000,
  products: 10,
  customers: 50,
  days: 100,
  run: 'a run',
  until: new Date('2026-07-01T00:00:00Z'),
  idempotencyDays: 7,
};
const all = Array.from({ length: sales.reservations }, (_item, index) =>
  createPastReservation(sales, index),
);

describe('past sales', () => {
  it('every reservation has an id of its own, and another run has others', () => {
    const ids = new Set(all.map(({ reservation }) => reservation._id));
    expect(ids.size).toBe(sales.reservations);
    const other = createPastReservation({ ...sales, run: 'another run' }, 0);
    expect(ids.has(other.reservation._id)).toBe(false);
  });

  it('they are spread over the days, and seven of ten are sold', () => {
    const days = new Set(all.map(({ day }) => day.getTime()));
    expect(days.size).toBeGreaterThanOrEqual(sales.days);
    expect(all.filter(({ status }) => status === 'CONFIRMED')).toHaveLength(700);
  });

  it('released holds are missing once they are older than the idempotency window, sold ones are folded', () => {
    for (const { hold, status, reservation } of all) {
      const ageMs = sales.until.getTime() - (reservation['createdAt'] as Date).getTime();
      if (status === 'CONFIRMED') expect(hold).toHaveProperty('foldedAt');
      else expect(hold === undefined).toBe(ageMs >= sales.idempotencyDays * DAY_MS);
    }
  });
});
