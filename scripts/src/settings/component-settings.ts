import { settingOf } from '@flashreserve/ops';
import type { z } from 'zod';
import { COMPONENT_NAMES, type ComponentName } from '../start/topology';
import { TaskError } from '../task';

/** A setting of one component or of several. */
export interface ComponentSetting extends NonNullable<ReturnType<typeof settingOf>> {
  readonly name: string;
  readonly components: readonly ComponentName[];
  /** As text; empty without a default. */
  readonly fallback: string;
}

/** Of tests, and of the local stack, which builds it from MORE_SERVICE_CLIENTS. */
const NOT_FOR_OPERATORS = new Set(['NODE_ENV', 'FAILPOINTS', 'FAILPOINTS_SEED', 'SERVICE_CLIENTS']);

const fallbackOf = (field: z.ZodType): string => {
  const { success, data } = field.safeParse(undefined);
  return success && data !== undefined ? String(data) : '';
};

/**
 * The settings of all components, each once, in the order of the schemas.
 *
 * @throws TaskError that names the settings without an explanation
 */
export const readComponentSettings = (
  schemas: Readonly<Record<ComponentName, z.ZodObject>>,
): readonly ComponentSetting[] => {
  const fields = COMPONENT_NAMES.flatMap((component) =>
    Object.entries(schemas[component].shape).map(([name, field]) => ({
      component,
      name,
      field: field as z.ZodType,
    })),
  );
  const names = [...new Set(fields.map(({ name }) => name))];
  const settings = names.flatMap((name) => {
    const same = fields.filter((one) => one.name === name);
    const [explained] = same.filter(({ field }) => settingOf(field) !== undefined);
    const about = explained && settingOf(explained.field);
    if (explained === undefined || about === undefined) return [];
    const components = same.map(({ component }) => component);
    return [{ ...about, name, components, fallback: fallbackOf(explained.field) }];
  });
  const known = new Set(settings.map(({ name }) => name));
  const missing = names.filter((name) => !known.has(name) && !NOT_FOR_OPERATORS.has(name));
  if (missing.length > 0) {
    throw new TaskError(`Explain with \`.meta(setting(...))\`: ${missing.join(', ')}.`);
  }
  return settings;
};
