import { pino } from 'pino';
import { serializeError } from './serialize-error';

const SECRET = 'canary-6f1d3d0e';

const logged = (err: unknown): string => {
  const lines: string[] = [];
  const log = pino({ serializers: { err: serializeError } }, { write: (line) => lines.push(line) });
  log.error({ err }, 'Failed.');
  return lines.join('');
};

describe('an error in the log', () => {
  it('a logged error has its message, stack, code and causes', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const line = logged(Object.assign(new Error('Away.', { cause }), { code: 'E1', port: 6379 }));

    expect(JSON.parse(line).err).toMatchObject({
      type: 'Error',
      message: 'Away.: connect ECONNREFUSED',
      stack: expect.stringContaining('caused by: Error: connect ECONNREFUSED'),
      code: 'E1',
      port: 6379,
    });
  });

  it.each([
    // Like errors of ioredis, Node, the MongoDB driver and zod.
    ['arguments of a command', { command: { name: 'auth', args: ['queue', SECRET] } }],
    ['the input that could not be read', { input: `mongodb://auth:${SECRET}@mongo` }],
    ['the document that could not be written', { writeErrors: [{ op: { token: SECRET } }] }],
    ['issues', { issues: [{ input: SECRET }] }],
    [
      'errors with secret properties',
      { errors: [Object.assign(new Error('One.'), { input: SECRET })] },
    ],
    ['a code that is not a string or number', { code: { text: SECRET } }],
  ])('a logged error and its causes do not contain %s', (_name, members) => {
    const error = Object.assign(new Error('Refused.'), members);

    expect(logged(error)).not.toContain(SECRET);
    expect(logged(new Error('Outer.', { cause: error }))).not.toContain(SECRET);
  });

  it('the errors of an AggregateError are logged in the same way', () => {
    const one = Object.assign(new Error('connect ECONNREFUSED ::1'), { code: 'ECONNREFUSED' });

    expect(JSON.parse(logged(new AggregateError([one]))).err).toMatchObject({
      type: 'AggregateError',
      errors: [{ message: 'connect ECONNREFUSED ::1', code: 'ECONNREFUSED' }],
    });
  });

  it('a value that is not an error is logged without its properties', () => {
    expect(JSON.parse(logged('text')).err).toBe('text');
    expect(JSON.parse(logged({ token: SECRET })).err).toBe('[object Object]');
  });
});
