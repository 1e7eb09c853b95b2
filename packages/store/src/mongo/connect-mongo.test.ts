import { pino } from 'pino';
import { connectMongo } from './connect-mongo';

const SECRET = 'canary-6f1d3d0e';

describe('connectMongo', () => {
  it.each([
    `mongodb://auth:${SECRET}/%@mongo:27017/`,
    `mongodb://auth:${SECRET}/1@mongo:27017/`,
    `mongodb://auth:${SECRET}@mongo:port/`,
    `mongodb://auth:${SECRET}@mongo:27017/?noSuchOption=1`,
    `mongodb://auth:${SECRET}@[mongo/`,
  ])(
    'an unreadable URI is rejected at once; the error names the variable and hides the password: %s',
    async (uri) => {
      const lines: string[] = [];
      const log = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
      const refusal = await connectMongo({ uri, dbName: 'test', log }).catch(
        (error: Error) => error,
      );

      expect(String(refusal)).toMatch(/^ConfigError: MONGO_URI cannot be read/);
      expect(String(refusal)).not.toContain(SECRET);
      expect(lines.join('')).not.toContain(SECRET);
    },
  );
});
