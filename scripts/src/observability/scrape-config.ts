import { parse } from 'yaml';
import { z } from 'zod';
import { COMPONENT_NAMES } from '../start/topology';

const prometheusFile = z.looseObject({
  rule_files: z.array(z.string()).min(1),
  scrape_configs: z.array(
    z.strictObject({
      job_name: z.string(),
      sample_limit: z.int().min(1),
      dns_sd_configs: z
        .array(
          z.strictObject({
            names: z.array(z.string()).length(1),
            type: z.literal('A'),
            port: z.int(),
            refresh_interval: z.string(),
          }),
        )
        .length(1),
    }),
  ),
});

const composeFile = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({ environment: z.record(z.string(), z.string()).optional() }),
  ),
});

/**
 * Checks that Prometheus scrapes every component, under its name, on the port that compose sets.
 */
export const findScrapeProblems = (
  prometheusYaml: string,
  composeYaml: string,
): readonly string[] => {
  const prometheus = prometheusFile.parse(parse(prometheusYaml));
  const compose = composeFile.parse(parse(composeYaml, { merge: true }));
  const jobs = new Map(
    prometheus.scrape_configs.map((job) => [job.job_name, job.dns_sd_configs[0]]),
  );
  const unknown = [...jobs.keys()].filter(
    (job) => !COMPONENT_NAMES.some((component) => component === job),
  );
  return [
    ...unknown.map((job) => `job "${job}" is no component`),
    ...COMPONENT_NAMES.flatMap((component) => {
      const job = jobs.get(component);
      const port = compose.services[component]?.environment?.['METRICS_PORT'];
      if (job === undefined) return [`${component} is not scraped`];
      return [
        ...(job.names[0] === component ? [] : [`${component} is scraped at ${job.names[0]}`]),
        ...(String(job.port) === port ? [] : [`${component} listens on ${port}, not ${job.port}`]),
      ];
    }),
  ];
};
