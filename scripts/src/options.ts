import { type ParseArgsConfig, parseArgs } from 'node:util';
import { HelpWanted, TaskError } from './task';

interface Described {
  /** Description; the range and the default are appended. */
  readonly help: string;
}

/** `--wait`: present or not. */
interface Flag extends Described {
  readonly kind: 'flag';
}

/** `--url ADDRESS`. */
interface Text extends Described {
  readonly kind: 'text';
  readonly value: string;
}

/** `--scale catalog=2 --scale gateway=2`: repeatable. */
interface List extends Described {
  readonly kind: 'list';
  readonly value: string;
}

/** `--buyers 100`: an integer unless `fractions` is set. */
interface Count extends Described {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
  readonly fractions?: true;
}

type Option = Flag | Text | List | Count;

type ValueOf<Each extends Option> = Each extends Flag
  ? boolean
  : Each extends List
    ? readonly string[]
    : Each extends Count
      ? number
      : string | undefined;

/** A tool's command line. `--help` is added automatically. */
export interface CommandLine<
  Options extends Readonly<Record<string, Option>> = Readonly<Record<string, Option>>,
> {
  /** As typed, for example `npm run demo`. */
  readonly command: string;
  /** What the tool does, in full sentences. */
  readonly about: string;
  readonly options: Options;
}

const placeholderOf = (option: Option): string => {
  if (option.kind === 'flag') return '';
  return option.kind === 'number' ? ' N' : ` ${option.value}`;
};

const describe = (option: Option): string =>
  option.kind === 'number'
    ? `${option.help}, ${option.min} to ${option.max}; default ${option.fallback}`
    : option.help;

/** The text of `--help`. */
export const renderHelp = ({ command, about, options }: CommandLine): string => {
  const rows = Object.entries(options).map(([name, option]): [string, string] => [
    `--${name}${placeholderOf(option)}`,
    describe(option),
  ]);
  rows.push(['--help', 'this text']);
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, help]) => `  ${name.padEnd(width)}${help}`);
  return [`Usage: ${command} [-- OPTIONS]`, '', about, '', ...lines, ''].join('\n');
};

const toParseConfig = (option: Option) => ({
  type: option.kind === 'flag' ? ('boolean' as const) : ('string' as const),
  multiple: option.kind === 'list',
});

const parse = ({ command, options }: CommandLine, args: readonly string[]) => {
  const config: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean' } };
  for (const [name, option] of Object.entries(options)) config[name] = toParseConfig(option);
  try {
    return parseArgs({ args: [...args], options: config }).values;
  } catch (error) {
    // Node's message continues with advice about positional arguments, which none of our tools
    // takes.
    const why = (error instanceof Error ? error.message : String(error)).split('. ')[0];
    throw new TaskError(`${why}. \`${command} -- --help\` lists the options.`);
  }
};

const readNumber = (name: string, given: unknown, option: Count): number => {
  const { min, max, fallback, fractions } = option;
  if (given === undefined) return fallback;
  const value = given === '' ? Number.NaN : Number(given);
  if (value >= min && value <= max && (fractions || Number.isInteger(value))) return value;
  const kind = fractions ? 'a number' : 'a whole number';
  throw new TaskError(`--${name} must be ${kind} from ${min} to ${max}, not "${String(given)}".`);
};

const readValue = (name: string, given: unknown, option: Option): unknown => {
  switch (option.kind) {
    case 'flag':
      return given === true;
    case 'list':
      return given ?? [];
    case 'number':
      return readNumber(name, given, option);
    case 'text':
      return given;
  }
};

/**
 * Parses a tool's command line.
 *
 * @throws HelpWanted when help is requested
 * @throws TaskError that says which option is unknown, lacks its value or is out of range
 */
export const readOptions = <Options extends Readonly<Record<string, Option>>>(
  line: CommandLine<Options>,
  args: readonly string[],
): { readonly [Name in keyof Options]: ValueOf<Options[Name]> } => {
  const given = parse(line, args);
  if (given['help'] === true) throw new HelpWanted(renderHelp(line));
  const values = Object.entries(line.options).map(([name, option]) => [
    name,
    readValue(name, given[name], option),
  ]);
  return Object.fromEntries(values) as { readonly [Name in keyof Options]: ValueOf<Options[Name]> };
};
