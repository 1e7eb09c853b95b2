import { z } from 'zod';
import { TaskError } from '../task';

const LEVELS = ['info', 'low', 'moderate', 'high', 'critical'] as const;
const SERIOUS: ReadonlySet<(typeof LEVELS)[number]> = new Set(['high', 'critical']);

/** What `npm audit --json` writes when it was answered. */
const report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.enum(LEVELS) })),
});

/** What it writes when it was not: what HTTP said, or what went wrong before that. */
const failure = z.object({
  message: z.string().optional(),
  error: z.object({ summary: z.string().optional() }).optional(),
});

export interface Advisories {
  /** Packages with an advisory of level high or critical. */
  readonly serious: readonly string[];
  /** How many have one of a lower level. */
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
 * Reads what `npm audit --json` wrote.
 *
 * @throws TaskError when the registry was not asked or did not answer: no answer is no good news
 */
export const findAdvisories = (output: string): Advisories => {
  const parsed = parse(output);
  const answer = report.safeParse(parsed);
  if (!answer.success) {
    const { message, error } = failure.safeParse(parsed).data ?? {};
    const reason = message || error?.summary || 'its answer is no report';
    throw new TaskError(
      `The registry could not be asked for advisories (${reason}). Nothing is known; run this where npm reaches a registry that answers "npm audit".`,
    );
  }
  const found = Object.entries(answer.data.vulnerabilities);
  const serious = found.filter(([, { severity }]) => SERIOUS.has(severity)).map(([name]) => name);
  return { serious, others: found.length - serious.length };
};
