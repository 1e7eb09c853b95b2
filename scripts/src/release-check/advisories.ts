import { z } from 'zod';
import { TaskError } from '../task';

const LEVELS = ['info', 'low', 'moderate', 'high', 'critical'] as const;
const SERIOUS: ReadonlySet<(typeof LEVELS)[number]> = new Set(['high', 'critical']);

/** Output of `npm audit --json` after a response from the registry. */
const report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.enum(LEVELS) })),
});

/** Its output after a failure: the HTTP error, or the error before a response. */
const failure = z.object({
  message: z.string().optional(),
  error: z.object({ summary: z.string().optional() }).optional(),
});

export interface Advisories {
  /** Packages with an advisory of level high or critical. */
  readonly serious: readonly string[];
  /** Number of packages with lower-level advisories. */
  readonly others: number;
}

const parse = (output: string): unknown => {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
};

/**
 * Parses the output of `npm audit --json`.
 *
 * @throws TaskError when the registry did not answer: no answer does not mean no advisories
 */
export const findAdvisories = (output: string): Advisories => {
  const parsed = parse(output);
  const answer = report.safeParse(parsed);
  if (!answer.success) {
    const { message, error } = failure.safeParse(parsed).data ?? {};
    const reason = message || error?.summary || 'its answer is not a report';
    throw new TaskError(
      `The registry returned no advisories report (${reason}). The result is unknown; run this where npm reaches a registry that answers "npm audit".`,
    );
  }
  const found = Object.entries(answer.data.vulnerabilities);
  const serious = found.filter(([, { severity }]) => SERIOUS.has(severity)).map(([name]) => name);
  return { serious, others: found.length - serious.length };
};
