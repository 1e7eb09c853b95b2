import { z } from 'zod';

/** The parts of the mutation testing report schema that are used. */
const reportSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      mutants: z.array(
        z.object({
          status: z.enum([
            'Killed',
            'Timeout',
            'Survived',
            'NoCoverage',
            'CompileError',
            'RuntimeError',
            'Ignored',
            'Pending',
          ]),
        }),
      ),
    }),
  ),
});

export type MutationReport = z.infer<typeof reportSchema>;

export interface AreaSummary {
  readonly area: string;
  /** A test failed. */
  readonly killed: number;
  /** Endless loop, counted as detected. */
  readonly timeout: number;
  readonly survived: number;
  /** No test covers it; counts as survived. */
  readonly noCoverage: number;
  /** Excluded: texts for people, and equivalent mutants with a documented reason. */
  readonly ignored: number;
  /** Percentage of detected mutants, to one decimal; undefined without mutants. */
  readonly score: number | undefined;
}

/** @throws ZodError when the text is not a mutation testing report */
export const parseReport = (text: string): MutationReport => reportSchema.parse(JSON.parse(text));

/** An area's files and the reports that cover them. */
export interface ReportedArea {
  readonly name: string;
  readonly parts: readonly { readonly files: readonly string[]; readonly report: MutationReport }[];
}

/**
 * Counts mutants by area.
 *
 * @throws RangeError when a file is missing from the report, so that none drops out unnoticed
 */
export const summarise = (areas: readonly ReportedArea[]): readonly AreaSummary[] =>
  areas.map(({ name, parts }) => {
    const statuses = parts.flatMap(({ files, report }) =>
      files.flatMap((file) => {
        const found = report.files[file];
        if (found === undefined) throw new RangeError(`The report does not cover ${file}.`);
        return found.mutants.map(({ status }) => status);
      }),
    );
    const count = (wanted: string): number => statuses.filter((one) => one === wanted).length;
    const [killed, timeout] = [count('Killed'), count('Timeout')];
    const [survived, noCoverage] = [count('Survived'), count('NoCoverage')];
    const all = killed + timeout + survived + noCoverage;
    const score = all === 0 ? undefined : Math.round(((killed + timeout) / all) * 1_000) / 10;
    return { area: name, killed, timeout, survived, noCoverage, ignored: count('Ignored'), score };
  });

/** The summary as a Markdown table. */
export const renderSummary = (summaries: readonly AreaSummary[]): string =>
  [
    '| Area | Killed | Timeout | Survived | Not covered | Ignored | Score |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...summaries.map(({ area, killed, timeout, survived, noCoverage, ignored, score }) => {
      const percentage = score === undefined ? 'none' : `${score.toFixed(1)} %`;
      const cells = [area, killed, timeout, survived, noCoverage, ignored, percentage];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');

/** Areas whose percentage of detected mutants is below `scoreMin`. */
export const areasBelow = (
  summaries: readonly AreaSummary[],
  scoreMin: number,
): readonly string[] =>
  summaries.filter(({ score }) => score !== undefined && score < scoreMin).map(({ area }) => area);
