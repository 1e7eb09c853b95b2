import type { Scenario } from './protocol/scenario';

const ONE = [1];
const ONE_OF_EACH = [1, 1];

/**
 * Each is explored exhaustively in about a minute, except the last one, which runs until the bound.
 */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'one-customer',
    about: 'One customer, one call at a time, confirm, cancel, one worker.',
    stock: ONE,
    customers: [{ lines: ONE, calls: 1, confirms: true, cancels: true }],
    workers: 1,
    ttl: 1,
    timeMax: 1,
  },
  {
    name: 'repeats',
    about: 'One customer, two calls with one key at once, confirm, cancel, one worker.',
    stock: ONE,
    customers: [{ lines: ONE, calls: 2, confirms: true, cancels: true }],
    workers: 1,
    ttl: 1,
    timeMax: 2,
  },
  {
    name: 'last-unit',
    about: 'Two customers want the last unit; one confirms, one cancels; one worker.',
    stock: ONE,
    customers: [
      { lines: ONE, calls: 1, confirms: true },
      { lines: ONE, calls: 1, cancels: true },
    ],
    workers: 1,
    ttl: 1,
    timeMax: 1,
  },
  {
    name: 'two-sweepers',
    about: 'One customer, confirm and cancel by a guessed id, two workers.',
    stock: ONE,
    customers: [{ lines: ONE, calls: 1, confirms: true, cancels: true, guessesId: true }],
    workers: 2,
    ttl: 1,
    timeMax: 2,
  },
  {
    name: 'cart',
    about: 'A cart of two products against a single one of them, one worker.',
    stock: ONE_OF_EACH,
    customers: [
      { lines: ONE_OF_EACH, calls: 1, confirms: true },
      { lines: [1, 0], calls: 1 },
    ],
    workers: 1,
    ttl: 1,
    timeMax: 1,
  },
  {
    name: 'plenty',
    about: 'One customer, two calls with one key at once, more units than are wanted, one worker.',
    stock: [2],
    customers: [{ lines: ONE, calls: 2 }],
    workers: 1,
    ttl: 1,
    timeMax: 2,
  },
  {
    name: 'batch',
    about:
      'Two customers who both get their unit, so that jobs and sweeps are about two holds at once.',
    stock: [2],
    customers: [
      { lines: ONE, calls: 1, confirms: true },
      { lines: ONE, calls: 1 },
    ],
    workers: 1,
    ttl: 1,
    timeMax: 1,
  },
  {
    name: 'adjusted',
    about:
      'One customer, while an administrator takes the last unit out of stock, twice at once; one worker.',
    stock: ONE,
    customers: [{ lines: ONE, calls: 1, confirms: true, cancels: true }],
    adjustments: [{ delta: -1, calls: 2 }],
    workers: 1,
    ttl: 1,
    timeMax: 1,
  },
  {
    name: 'restocked',
    about: 'One customer, while an administrator adds the first unit, twice at once; one worker.',
    stock: [0],
    customers: [{ lines: ONE, calls: 1, confirms: true, cancels: true }],
    adjustments: [{ delta: 1, calls: 2 }],
    workers: 1,
    ttl: 1,
    timeMax: 1,
  },
  {
    name: 'catalog-ahead',
    about: "Catalog's clock is ahead for any while, so the sweep comes early or late.",
    stock: ONE,
    customers: [{ lines: ONE, calls: 1, confirms: true }],
    workers: 2,
    ttl: 1,
    timeMax: 2,
    catalogJumps: 2,
  },
  {
    name: 'catalog-behind',
    about: "Catalog's clock is behind for any while, so the sweep comes early or late.",
    stock: ONE,
    customers: [{ lines: ONE, calls: 1, confirms: true }],
    workers: 2,
    ttl: 1,
    timeMax: 2,
    catalogJumps: -2,
  },
  {
    name: 'retention',
    about: 'One customer, whose holds and reservations are deleted in time; one worker.',
    stock: [2],
    customers: [{ lines: ONE, calls: 1, confirms: true, cancels: true }],
    workers: 1,
    ttl: 1,
    timeMax: 1,
    retention: true,
  },
  {
    name: 'everything',
    about: 'Three customers, two products, a cart of both, two calls each, two workers.',
    stock: ONE_OF_EACH,
    customers: [
      { lines: ONE_OF_EACH, calls: 2, confirms: true, cancels: true },
      { lines: [1, 0], calls: 2, confirms: true },
      { lines: [0, 1], calls: 2, cancels: true },
    ],
    workers: 2,
    ttl: 1,
    timeMax: 2,
  },
];
