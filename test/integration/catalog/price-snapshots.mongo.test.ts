import { newId } from '@flashreserve/ops';
import { type Catalog, given, soundStock, startCatalog } from './catalog-fixture';

// Goal: a hold has the price, name and SKU that its product had at the moment when it took the
// units, whichever instance sells and whichever changes the product.

let catalog: Catalog;
beforeAll(async () => {
  catalog = await startCatalog({ instances: 2 });
});
afterAll(() => catalog.stop());

const oneOf = (productId: string) => [{ productId, quantity: 1 }];
const cents = (minorUnits: number) => ({ minorUnits, currencyCode: 'USD' });

/** Price and name change together, so that a mix of two versions would show. */
const setVersion = (productId: string, version: number, instance: number) =>
  catalog.call(
    'updateProduct',
    {
      productId,
      name: `Version ${version}`,
      description: '',
      price: cents(version),
      updateMask: ['name', 'price'],
    },
    { instance },
  );

const snapshotOf = async (productId: string, instance: number) => {
  const { hold } = await catalog.take({ lines: oneOf(productId) }, { instance });
  return given(given(hold.lines[0]).snapshot);
};

describe('Price snapshots', () => {
  it('a price that another instance changed is never sold from memory', async () => {
    const { productId } = await catalog.newProduct(10);
    expect(await snapshotOf(productId, 0)).toEqual({ name: 'Lamp', unitPrice: cents(1_999) });

    await setVersion(productId, 1, 1);

    expect(await snapshotOf(productId, 0)).toEqual({ name: 'Version 1', unitPrice: cents(1) });
  });

  it('a retry returns the snapshot of the first call after the price has changed', async () => {
    const { productId } = await catalog.newProduct(10);
    const take = { reservationId: newId(), lines: oneOf(productId) };
    const first = await catalog.take(take);

    await setVersion(productId, 1, 0);

    const expireTime = given(first.hold.expireTime);
    expect(await catalog.take({ ...take, expireTime })).toEqual({ ...first, replayed: true });
  });

  it('in a race with price changes every hold has one price that was valid during its call', async () => {
    const { productId } = await catalog.newProduct(1_000);
    await setVersion(productId, 1, 0);
    let written = 1;
    let asked = 1;
    let isSelling = true;
    const change = async (): Promise<void> => {
      while (isSelling) {
        asked += 1;
        await setVersion(productId, asked, asked % 2);
        written = asked;
      }
    };
    const sell = async (instance: number) => {
      const seen: { readonly from: number; readonly to: number; readonly version: number }[] = [];
      for (let sold = 0; sold < 15; sold += 1) {
        const from = written;
        const { name, unitPrice } = await snapshotOf(productId, instance);
        expect(name).toBe(`Version ${unitPrice?.minorUnits}`);
        seen.push({ from, to: asked, version: given(unitPrice).minorUnits });
      }
      return seen;
    };

    const changes = change();
    const sales = await Promise.all(Array.from({ length: 20 }, (_, index) => sell(index % 2)));
    isSelling = false;
    await changes;

    const seen = sales.flat();
    expect(seen.filter(({ from, to, version }) => version < from || version > to)).toEqual([]);
    // Otherwise nothing was raced.
    expect(new Set(seen.map(({ version }) => version)).size).toBeGreaterThan(2);
    expect(soundStock(await catalog.audit(productId))).toMatchObject({ held: 300 });
  });

  it('a hold of a version that had no snapshots stays readable', async () => {
    const { productId } = await catalog.newProduct(1);
    const { hold } = await catalog.take({ lines: oneOf(productId) });
    const { reservationId } = hold;
    await catalog
      .collection('holds')
      .updateOne({ _id: reservationId }, { $unset: { 'lines.0.snapshot': 1 } });

    const repeated = await catalog.take({ reservationId, lines: oneOf(productId) });

    expect(repeated.replayed).toBe(true);
    expect(repeated.hold.lines).toEqual(oneOf(productId));
  });
});
