const COLORS = [36, 32, 33, 35, 34, 31] as const;

/**
 * Writes the components' lines to one stream: text lines behind their component's name, JSON lines (which carry
 * it) as they are.
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
