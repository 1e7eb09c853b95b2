/**
 * Excludes texts for humans: sentences, and the fields of log lines. Whether something is logged,
 * thrown or returned at all is still mutated, and so is every reason code.
 */
const LEVELS = new Set(['debug', 'info', 'warn', 'error']);

const isSentence = (node) =>
  (node.type === 'StringLiteral' && node.value.includes(' ')) ||
  (node.type === 'TemplateLiteral' && node.quasis.some(({ value }) => value.raw.includes(' ')));

const isLogCall = (node) => {
  if (node?.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
  const { object, property } = node.callee;
  const logger = object.type === 'MemberExpression' ? object.property : object;
  return logger.name === 'log' && LEVELS.has(property.name);
};

const prose = {
  shouldIgnore: ({ node, parent }) => {
    if (isSentence(node)) return 'A sentence for people.';
    if (isLogCall(parent) && parent.arguments.includes(node)) return 'Fields of a log line.';
    return undefined;
  },
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'prose', value: prose }];
