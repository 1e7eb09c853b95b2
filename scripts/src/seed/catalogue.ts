import type { NewProduct } from '@flashreserve/client';

/** The demonstration shop's products: scarce things of many kinds, with few and with many units. */
const THINGS: readonly NewProduct[] = [
  {
    name: 'Midnight sneaker',
    description: 'A limited run, numbered inside the tongue.',
    price: 149.99,
    stockQuantity: 120,
  },
  {
    name: 'Front row ticket',
    description: 'Seat in rows 1 to 3, doors open at seven.',
    price: 79.5,
    stockQuantity: 60,
  },
  {
    name: 'Mechanical keyboard, brass plate',
    description: 'One batch, with keycaps.',
    price: 219,
    stockQuantity: 80,
  },
  {
    name: 'Field recorder',
    description: 'Four tracks, pocket size.',
    price: 329,
    stockQuantity: 45,
  },
  {
    name: 'Enamel coffee dripper',
    description: 'Made in one kiln run.',
    price: 38,
    stockQuantity: 400,
  },
  {
    name: 'Festival weekend pass',
    description: 'Three days, camping included.',
    price: 189,
    stockQuantity: 1_500,
  },
  {
    name: 'Signed first pressing',
    description: 'Vinyl, signed by the whole band.',
    price: 64,
    stockQuantity: 200,
  },
  {
    name: 'Trail running shoe',
    description: 'Last season, last sizes.',
    price: 89.95,
    stockQuantity: 350,
  },
  {
    name: 'Graphics card',
    description: 'One for each customer, please.',
    price: 599,
    stockQuantity: 75,
  },
  {
    name: 'Chef’s table, two seats',
    description: 'Eleven courses at the pass.',
    price: 320,
    stockQuantity: 8,
  },
  {
    name: 'Titanium bicycle frame',
    description: 'Built to order from one batch of tubes.',
    price: 1_890,
    stockQuantity: 12,
  },
  {
    name: 'Art print, edition of 50',
    description: 'Numbered and signed.',
    price: 120,
    stockQuantity: 50,
  },
  {
    name: 'Wool overshirt',
    description: 'Woven from undyed yarn.',
    price: 165,
    stockQuantity: 240,
  },
  {
    name: 'Handheld game console',
    description: 'Clear case, first batch.',
    price: 249,
    stockQuantity: 300,
  },
  {
    name: 'Museum night ticket',
    description: 'Entry at nine, guided tour at ten.',
    price: 24,
    stockQuantity: 500,
  },
  {
    name: 'Reissued wristwatch',
    description: 'As made in 1968, hand wound.',
    price: 740,
    stockQuantity: 100,
  },
  {
    name: 'Single origin coffee, 250 g',
    description: 'One lot of eleven sacks.',
    price: 21.5,
    stockQuantity: 900,
  },
  {
    name: 'Observatory visit',
    description: 'A night at the telescope.',
    price: 45,
    stockQuantity: 30,
  },
  {
    name: 'Down sleeping bag',
    description: 'For nights of ten below zero.',
    price: 410,
    stockQuantity: 65,
  },
  {
    name: 'Founders’ notebook',
    description: 'Stitched, 192 pages, numbered.',
    price: 29,
    stockQuantity: 1_000,
  },
];

export const CATALOGUE_SIZE = THINGS.length;

/** A product to create, and the idempotency key that prevents duplicates. */
export interface SeedProduct {
  readonly key: string;
  readonly product: NewProduct;
}

/**
 * The first `count` products, the same every time. After the last thing come further editions of
 * all of them.
 */
export const catalogue = (count: number): readonly SeedProduct[] =>
  Array.from({ length: count }, (_, index) => {
    const thing = THINGS[index % THINGS.length] as NewProduct;
    const edition = Math.floor(index / THINGS.length) + 1;
    const name = edition === 1 ? thing.name : `${thing.name}, edition ${edition}`;
    return { key: `seed-product-${index + 1}`, product: { ...thing, name } };
  });
