const COLORS = [36, 32, 33, 35, 34, 31] as const;

/**
 * Writes the components' log lines to one stream: text lines prefixed with the component's name,
 * JSON lines (which contain it) unchanged.
 */
export const createLogWriter = (
  stream: NodeJS.WriteStream,
  labels: readonly string[],
): ((label: string, line: string) => void) => {
  const width = Math.max(...labels.map((label) => label.length));
  const prefixes = new Map(
    labels.map((label, index) => {
      const padded = `${label.padEnd(width)} |`;
      return [
        label,
        stream.isTTY ? `\u001b[${COLORS[index % COLORS.length]}m${padded}\u001b[0m` : padded,
      ];
    }),
  );
  return (label, line) => {
    stream.write(line.startsWith('{') ? `${line}\n` : `${prefixes.get(label) ?? label} ${line}\n`);
  };
};
