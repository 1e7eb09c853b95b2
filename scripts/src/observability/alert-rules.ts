import { parse } from 'yaml';
import { z } from 'zod';
import type { KnownMetrics } from './known-metrics';
import { findQueryProblems } from './promql';

const rulesFile = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        rules: z
          .array(
            z.strictObject({
              alert: z.string().regex(/^[A-Z][A-Za-z]+$/),
              expr: z.string().min(1),
              for: z
                .string()
                .regex(/^\d+[smh]$/)
                .optional(),
              labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
              annotations: z.strictObject({
                summary: z.string().min(1),
                description: z.string().min(1),
              }),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});

const repeated = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) < index);

/** Returns the problems in an alert rules file. */
export const findRuleProblems = (yaml: string, known: KnownMetrics): readonly string[] => {
  const file = rulesFile.safeParse(parse(yaml));
  if (!file.success) return z.prettifyError(file.error).split('\n');
  const { groups } = file.data;
  const rules = groups.flatMap((group) => group.rules);
  return [
    ...repeated(groups.map(({ name }) => name)).map((name) => `group "${name}" stands there twice`),
    ...repeated(rules.map(({ alert }) => alert)).map((name) => `"${name}" stands there twice`),
    ...rules.flatMap(({ alert, expr }) =>
      findQueryProblems(expr, known).map((problem) => `${alert}: ${problem}`),
    ),
  ];
};
