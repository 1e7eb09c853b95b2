import { z } from 'zod';

/** The sections of `.env.example`. */
const SECTIONS = [
  'secrets',
  'administrator',
  'sale',
  'limits',
  'retention',
  'addresses',
  'diagnostics',
  'tls',
  'stores',
  'tokens',
  'mail',
  'logs',
  'traces',
  'memory',
  'images',
] as const;

export type SettingSection = (typeof SECTIONS)[number];

const explanation = z.object({
  section: z.enum(SECTIONS),
  description: z.string(),
  example: z.string().optional(),
  inContainers: z.boolean(),
});

type Explanation = Readonly<z.output<typeof explanation>>;

/**
 * Explains a setting to operators, for `field.meta(setting(...))`. `npm run generate` writes it to
 * `.env.example` and passes it on to containers.
 *
 * `example` is the value in `.env.example`, if not the default. A setting with `inContainers:
 * false` has a fixed value in containers, or docker-compose.yml requires it.
 */
export const setting = (
  section: SettingSection,
  description: string,
  options: { readonly example?: string; readonly inContainers?: false } = {},
): Explanation => ({ section, description, inContainers: true, ...options });

/** The explanation of a field; undefined if it has none. */
export const settingOf = (field: z.ZodType): Explanation | undefined =>
  explanation.safeParse(field.meta()).data;
