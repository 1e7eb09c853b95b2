import { TaskError } from '../task';
import { readDemoOptions } from './options';
import { renderProgress } from './render-progress';
import { isBookedAsTold } from './render-summary';
import { createSaleClock } from './sale-clock';
import { countFailure, createTally, percentile } from './tally';
import { createTerminal } from './terminal';

const product = (
  soldQuantity: number,
  heldQuantity: number,
  stockQuantity: number,
  writtenOffQuantity = 0,
) => ({
  productId: 'p',
  name: 'Bicycle',
  description: '',
  price: 1,
  currency: 'USD',
  stockQuantity,
  heldQuantity,
  soldQuantity,
  writtenOffQuantity,
  createdAt: '',
  updatedAt: '',
});

describe('options of the demo', () => {
  it('the options have defaults', () => {
    expect(readDemoOptions([])).toEqual({
      buyers: 100,
      units: 60,
      seconds: 20,
      wait: false,
      url: undefined,
    });
  });

  it.each([
    [['--buyers', '0'], '--buyers must be a whole number from 1 to 2000, not "0".'],
    [['--buyers', '2001'], '--buyers'],
    [['--units', '1.5'], '--units'],
    [['--seconds', 'ten'], '--seconds'],
    [['--minutes', '1'], 'npm run demo -- --help'],
  ])('invalid options are rejected with a message: %j', (args, sentence) => {
    expect(() => readDemoOptions(args)).toThrow(TaskError);
    expect(() => readDemoOptions(args)).toThrow(sentence);
  });
});

describe('progress of the demo', () => {
  it('the line shows units sold, held and available, refusals, p99 and the time left', () => {
    const tally = createTally();
    tally.refused = 7;
    tally.answerTimesMs.push(...Array.from({ length: 100 }, (_, index) => index + 1));

    const line = renderProgress(product(6, 3, 3), tally, 4_200);

    expect(line).toBe(
      '  5 s left  ████████████▒▒▒▒▒▒······  sold 6  held 3  available 3  refused 7  p99 99 ms',
    );
  });

  it('on a terminal the line is replaced, and truncated to the width', () => {
    const written: string[] = [];
    const out = { isTTY: true, columns: 10, write: (text: string) => written.push(text) };
    const { say, show } = createTerminal(out);

    show('first');
    show('a longer second line');
    say('done');

    expect(written).toEqual(['\r\u001b[2Kfirst', '\r\u001b[2Ka longer ', '\r\u001b[2Kdone\n']);
  });

  it('without a terminal a plain line is printed now and then', () => {
    const written: string[] = [];
    const { say, show } = createTerminal({ write: (text: string) => written.push(text) });

    show('first');
    show('second');
    say('done');

    expect(written).toEqual(['first\n', 'done\n']);
  });
});

describe('tally', () => {
  it('a percentile is one of the values, and undefined without values', () => {
    expect(percentile([5, 1, 9], 0.5)).toBe(5);
    expect(percentile([5, 1, 9], 0.99)).toBe(9);
    expect(percentile([], 0.99)).toBeUndefined();
  });

  it('booked units must equal the confirmed ones without those that were sent back', () => {
    const tally = createTally();
    tally.units.confirmed = 5;
    tally.units.restocked = 1;
    tally.units.writtenOff = 1;

    expect(isBookedAsTold(tally, product(3, 0, 1, 1))).toBe(true);
    expect(isBookedAsTold(tally, product(4, 0, 0, 1))).toBe(false);
    expect(isBookedAsTold(tally, product(3, 0, 2, 0))).toBe(false);
    tally.perhapsReturned = 1;
    countFailure(tally, new Error('away'));
    expect(isBookedAsTold(tally, product(2, 0, 2, 1))).toBe(true);
    expect(isBookedAsTold(tally, product(1, 0, 3, 1))).toBe(false);
  });

  it('booked units must equal the confirmed ones, unless failures left outcomes unknown', () => {
    const tally = createTally();
    tally.units.confirmed = 2;

    expect(isBookedAsTold(tally, product(2, 0, 0))).toBe(true);
    expect(isBookedAsTold(tally, product(3, 0, 0))).toBe(false);
    countFailure(tally, new Error('away'));
    expect(isBookedAsTold(tally, product(3, 0, 0))).toBe(true);
    expect(isBookedAsTold(tally, product(1, 0, 0))).toBe(false);
  });
});

describe('clock of a sale', () => {
  it('a pause ends with the sale or when the signal aborts', async () => {
    const controller = new AbortController();
    const clock = createSaleClock(3_600, controller.signal);

    const waiting = clock.pause(3_600_000);
    controller.abort();
    await waiting;

    expect([clock.isOver(), clock.leftMs()]).toEqual([true, 0]);
  });
});
