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
  readonly accepts?: (value: string) => boolean;
  /** Completes `--scale must be ...` in the error for a value that is not accepted. */
  readonly mustBe?: string;
}

/** `--only hot,lone --only cart`: repeatable, names from a closed set. */
interface Names extends Described {
  readonly kind: 'names';
  readonly of: readonly string[];
}

/** `--buyers 100`: an integer unless `fractions` is set. */
interface Count extends Described {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  readonly fallback?: number;
  readonly fractions?: true;
}

type Option = Flag | Text | List | Names | Count;

type ValueOf<Each extends Option> = Each extends Flag
  ? boolean
  : Each extends List | Names
    ? readonly string[]
    : Each extends { readonly fallback: number }
      ? number
      : Each extends Count
        ? number | undefined
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
  switch (option.kind) {
    case 'flag':
      return '';
    case 'number':
      return ' N';
    case 'names':
      return ' NAME,NAME';
    case 'text':
    case 'list':
      return ` ${option.value}`;
  }
};

const describe = (option: Option): string => {
  switch (option.kind) {
    case 'number': {
      const range = `${option.help}, ${option.min} to ${option.max}`;
      return option.fallback === undefined ? range : `${range}; default ${option.fallback}`;
    }
    case 'names':
      return `${option.help}: ${option.of.join(', ')}`;
    case 'flag':
    case 'text':
    case 'list':
      return option.help;
  }
};

/** npm takes options in front of `--` for itself. */
const withOptions = (command: string, open: string, options: string): string =>
  `${command} ${open}${command.startsWith('npm ') ? '-- ' : ''}${options}`;

/** The text of `--help`. */
export const renderHelp = ({ command, about, options }: CommandLine): string => {
  const rows = Object.entries(options).map(([name, option]): [string, string] => [
    `--${name}${placeholderOf(option)}`,
    describe(option),
  ]);
  rows.push(['--help', 'this text']);
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, help]) => `  ${name.padEnd(width)}${help}`);
  return [`Usage: ${withOptions(command, '[', 'OPTIONS]')}`, '', about, '', ...lines, ''].join(
    '\n',
  );
};

const toParseConfig = (option: Option) => ({
  type: option.kind === 'flag' ? ('boolean' as const) : ('string' as const),
  multiple: option.kind === 'list' || option.kind === 'names',
});

const parse = ({ command, options }: CommandLine, args: readonly string[]) => {
  const config: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean' } };
  for (const [name, option] of Object.entries(options)) config[name] = toParseConfig(option);
  try {
    return parseArgs({ args: [...args], options: config }).values;
  } catch (error) {
    // Node's message continues with advice about positional arguments, which none of our tools
    // takes.
    const [why] = (error instanceof Error ? error.message : String(error)).split(/\.\s/);
    throw new TaskError(`${why}. \`${withOptions(command, '', '--help')}\` lists the options.`);
  }
};

/** The error for a value that the option, or another named part of a command line, cannot take. */
export const wrongValue = (name: string, mustBe: string, given: string): TaskError =>
  new TaskError(`${name} must be ${mustBe}, not "${given}".`);

const readNumber = (name: string, given: string, option: Count): number => {
  const { min, max, fractions } = option;
  const value = given === '' ? Number.NaN : Number(given);
  if (value >= min && value <= max && (fractions || Number.isInteger(value))) return value;
  const kind = fractions ? 'a number' : 'a whole number';
  throw wrongValue(`--${name}`, `${kind} from ${min} to ${max}`, given);
};

const readNames = (name: string, given: readonly string[], { of }: Names): readonly string[] => {
  const names = given.flatMap((list) => list.split(',')).filter((each) => each !== '');
  const unknown = names.find((each) => !of.includes(each));
  if (unknown !== undefined) throw wrongValue(`--${name}`, `one of ${of.join(', ')}`, unknown);
  return names;
};

const readList = (name: string, given: readonly string[], option: List): readonly string[] => {
  const { accepts = () => true, mustBe = option.value } = option;
  const refused = given.find((each) => !accepts(each));
  if (refused !== undefined) throw wrongValue(`--${name}`, mustBe, refused);
  return given;
};

type Given = ReturnType<typeof parse>[string];

const toList = (given: Given): readonly string[] => (Array.isArray(given) ? given.map(String) : []);

const readValue = (name: string, given: Given, option: Option): unknown => {
  switch (option.kind) {
    case 'flag':
      return given === true;
    case 'list':
      return readList(name, toList(given), option);
    case 'names':
      return readNames(name, toList(given), option);
    case 'number':
      return given === undefined ? option.fallback : readNumber(name, String(given), option);
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
