import { type ParseArgsConfig, parseArgs } from 'node:util';
import { TaskError } from '../task';

type OptionSpecs = NonNullable<ParseArgsConfig['options']>;

/** @throws TaskError with the usage when an option is unknown or lacks its value */
export const readValues = <Specs extends OptionSpecs>(
  args: readonly string[],
  options: Specs,
  usage: string,
): ReturnType<typeof parseArgs<{ args: string[]; options: Specs }>>['values'] => {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new TaskError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
};

/** @throws TaskError when the text is not a whole number within the range */
export const readNumber = (
  name: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new TaskError(`--${name} must be a whole number from ${min} to ${max}.`);
  }
  return value;
};
