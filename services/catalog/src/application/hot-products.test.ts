import { createTestClock } from '@flashreserve/ops';
import { createHotProducts } from './hot-products';

describe('hot products', () => {
  it('the most recently requested products are hot, up to the limit', () => {
    const hot = createHotProducts({ max: 2, idleMs: 1_000, clock: createTestClock(new Date(0)) });

    for (const productId of ['a', 'b', 'c', 'b']) hot.touch(productId);

    expect(hot.ids()).toEqual(['b', 'c']);
  });

  it('a product stops being hot after the idle time', () => {
    const clock = createTestClock(new Date(0));
    const hot = createHotProducts({ max: 2, idleMs: 1_000, clock });
    hot.touch('a');
    clock.advanceMs(600);
    hot.touch('b');
    clock.advanceMs(600);

    expect(hot.ids()).toEqual(['b']);
  });
});
