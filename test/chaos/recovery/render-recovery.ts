import { number, table } from '../report/table';
import { type Figure, isReached, medianOf } from './figure';

/** The section on recovery, in Markdown. */
export const renderRecovery = (figures: readonly Figure[], commit: string): string =>
  [
    '## Recovery',
    `Measured at \`${commit}\` with \`npm run chaos -- --recovery --record\`, under a light load of customers who reserve, confirm and cancel. Afterwards the checker compared every response with the stores, as after chaos.`,
    table(
      ['What happens', 'What is measured', 'Rounds', 'Median', 'Worst', 'Limit', 'Reached'],
      figures.map((figure) => [
        figure.name,
        figure.measure,
        figure.values.length,
        number(medianOf(figure.values)),
        number(Math.max(...figure.values)),
        number(figure.limit),
        isReached(figure) ? 'yes' : '**no**',
      ]),
    ),
  ].join('\n\n');
