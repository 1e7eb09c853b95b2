import type { BenchResults, Comparison, MemoryRow, SystemResult } from '../results';
import { STREAMS_LABEL, scaleLabel, WITHOUT_STREAMS_LABEL } from '../stage-labels';

/** A target and whether this run reached it. */
export interface Verdict {
  readonly what: string;
  readonly target: string;
  /** The number compared with the target. */
  readonly measured: number;
  readonly unit: string;
  readonly isReached: boolean;
}

const FLASH_RESERVE = 'FlashReserve';
const BASELINE = 'baseline';
const RSS_MAX_MB = 300;

const systemOf = (
  { comparisons }: BenchResults,
  name: string,
  label: string,
): SystemResult | undefined =>
  comparisons
    .find((comparison: Comparison) => comparison.name === name)
    ?.systems.find((system) => system.label === label);

const figureOf = (
  results: BenchResults,
  scenario: string,
  label: string,
  figure: string,
): number | undefined => systemOf(results, scenario, label)?.medians[figure];

const divide = (upper: number | undefined, lower: number | undefined): number | undefined =>
  upper === undefined || lower === undefined || lower === 0 ? undefined : upper / lower;

/** FlashReserve's figure as a multiple of the baseline's. */
const timesBaseline = (
  results: BenchResults,
  scenario: string,
  figure: string,
): number | undefined =>
  divide(
    figureOf(results, scenario, FLASH_RESERVE, figure),
    figureOf(results, scenario, BASELINE, figure),
  );

interface Bound {
  readonly what: string;
  readonly target: string;
  readonly unit: string;
  readonly measured: number | undefined;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Nothing was measured, so there is no verdict. */
const judgeBound = ({ what, target, unit, measured, atLeast, atMost }: Bound): Verdict[] =>
  measured === undefined
    ? []
    : [
        {
          what,
          target,
          unit,
          measured,
          isReached:
            measured >= (atLeast ?? Number.NEGATIVE_INFINITY) &&
            measured <= (atMost ?? Number.POSITIVE_INFINITY),
        },
      ];

/** A bound on FlashReserve's figure as a multiple of the baseline's. */
const againstBaseline =
  (results: BenchResults) =>
  (
    what: string,
    [scenario, figure]: readonly [scenario: string, figure: string],
    bound: { readonly aim: number } & Pick<Bound, 'atLeast' | 'atMost'>,
  ): Bound => {
    const { aim, atLeast, atMost } = bound;
    const least = atLeast === undefined ? `at most ${atMost}x` : `at least ${atLeast}x`;
    return {
      what,
      target: `${least} the baseline (aim ${aim}x)`,
      unit: 'x',
      measured: timesBaseline(results, scenario, figure),
      ...(atLeast === undefined ? {} : { atLeast }),
      ...(atMost === undefined ? {} : { atMost }),
    };
  };

const baselineBounds = (results: BenchResults): readonly Bound[] => {
  const bound = againstBaseline(results);
  return [
    bound('Accepted reservations/s, one hot product, 64 connections', ['hot-64', 'perSecond'], {
      atLeast: 6,
      aim: 8,
    }),
    bound('Accepted reservations/s, one hot product, 256 connections', ['hot-256', 'perSecond'], {
      atLeast: 8,
      aim: 10,
    }),
    bound('p99 of the same, 64 connections', ['hot-64', 'p99Ms'], { atMost: 0.25, aim: 0.2 }),
    bound('Sold-out answers/s', ['sold-out', 'perSecond'], { atLeast: 10, aim: 15 }),
    bound('Confirmations/s', ['confirm', 'perSecond'], { atLeast: 3, aim: 4 }),
    bound('Finished sales/s, 64 connections', ['checkout', 'perSecond'], { atLeast: 4, aim: 6 }),
    bound('First pages of 100,000 products/s', ['list', 'perSecond'], { atLeast: 5, aim: 10 }),
    bound('Lone request, p50', ['lone', 'p50Ms'], { atMost: 1.4, aim: 1.1 }),
    bound('Accepted reservations/s, 1,000 products', ['products', 'perSecond'], {
      atLeast: 4,
      aim: 5,
    }),
  ];
};

const ownBounds = (results: BenchResults): readonly Bound[] => [
  ...[2, 3].map((count) => ({
    what: `${count} catalog and ${count} reservation instances against one of each, one hot product`,
    target: 'at least 1x (aim 1.1x)',
    unit: 'x',
    measured: divide(
      figureOf(results, 'scale-1', scaleLabel(count), 'perSecond'),
      figureOf(results, 'scale-1', scaleLabel(1), 'perSecond'),
    ),
    atLeast: 1,
  })),
  {
    what: 'CPU per accepted reservation, one hot product, 64 connections',
    target: 'at most 0.40 ms (aim 0.33 ms)',
    unit: ' ms',
    measured: figureOf(results, 'hot-64', FLASH_RESERVE, 'cpuMsPerCounted'),
    atMost: 0.4,
  },
];

const streamBounds = (results: BenchResults): readonly Bound[] => [
  {
    what: `Reservations/s with ${STREAMS_LABEL} open at the gateway against without`,
    target: 'at least 0.8x',
    unit: 'x',
    measured: divide(
      figureOf(results, 'streams', STREAMS_LABEL, 'perSecond'),
      figureOf(results, 'streams', WITHOUT_STREAMS_LABEL, 'perSecond'),
    ),
    atLeast: 0.8,
  },
  {
    what: 'Events of the stream that got fewest, in a round',
    target: 'at least 1',
    unit: '',
    measured: figureOf(results, 'streams', STREAMS_LABEL, 'leastEventsOfAStream'),
    atLeast: 1,
  },
  {
    what: 'Streams that were lost',
    target: 'none',
    unit: '',
    measured: figureOf(results, 'streams', STREAMS_LABEL, 'streamsLost'),
    atMost: 0,
  },
];

const stormBounds = (results: BenchResults): readonly Bound[] => {
  const figure = (name: string) => figureOf(results, 'expiry-storm', FLASH_RESERVE, name);
  return [
    {
      what: '50,000 holds due together: all back',
      target: 'at most 20 s',
      unit: ' s',
      measured: figure('allBackSeconds'),
      atMost: 20,
    },
    {
      what: 'p99 of reserves meanwhile',
      target: 'at most 3x normal',
      unit: 'x',
      measured: divide(figure('p99Ms'), figure('calmP99Ms')),
      atMost: 3,
    },
  ];
};

/** In every round exactly 1,000 of the 10,000 buyers get a unit, and all others get a response. */
const flashSaleBounds = (results: BenchResults): readonly Bound[] => {
  const rounds = systemOf(results, 'flash-sale', FLASH_RESERVE)?.rounds;
  if (rounds === undefined) return [];
  const exact = rounds.filter(({ figures }) => figures['isExact'] === 1).length;
  return [
    {
      what: 'Flash sale: rounds with exactly 1,000 holds and 9,000 refusals',
      target: `all ${rounds.length}`,
      unit: '',
      measured: exact,
      atLeast: rounds.length,
    },
  ];
};

const memoryBounds = ({ memory }: BenchResults): readonly Bound[] => {
  // Thousands of open streams need memory while they are open, which is no growth.
  const rows = memory.filter(({ stack, stage }) => stack !== BASELINE && stage !== 'streams');
  if (rows.length === 0) return [];
  const highest = (value: (row: MemoryRow) => number): number => Math.max(...rows.map(value));
  return [
    {
      what: 'Memory of each service after the run, highest growth',
      target: 'at most 1.5x of its start',
      unit: 'x',
      measured: highest(({ startMb, endMb }) => endMb / startMb),
      atMost: 1.5,
    },
    {
      what: 'Memory of each service after the run, highest',
      target: `below ${RSS_MAX_MB} MB`,
      unit: ' MB',
      measured: highest(({ endMb }) => endMb),
      atMost: RSS_MAX_MB,
    },
  ];
};

const auditBounds = ({ audits }: BenchResults): readonly Bound[] =>
  audits.length === 0
    ? []
    : [
        {
          what: 'Audits with a difference',
          target: 'none',
          unit: '',
          measured: audits.filter(({ problems }) => problems.length > 0).length,
          atMost: 0,
        },
      ];

/** Compares the results with the targets. A target whose scenario did not run is omitted. */
export const judge = (results: BenchResults): readonly Verdict[] =>
  [
    ...baselineBounds(results),
    ...ownBounds(results),
    ...flashSaleBounds(results),
    ...streamBounds(results),
    ...stormBounds(results),
    ...memoryBounds(results),
    ...auditBounds(results),
  ].flatMap(judgeBound);
