import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@flashreserve/ops';
import { BOUNDS } from './bounds';
import { limitSchema } from './config';
import { memoryAtBounds } from './memory';

const ROOT = join(__dirname, '../../..');
const MIB = 1_024 * 1_024;
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const numberIn = (file: string, pattern: RegExp): number => Number(pattern.exec(read(file))?.[1]);

const defaults = loadConfig(limitSchema, {});
const needed = memoryAtBounds(defaults.STREAMS_MAX);
/** With two processes. */
const ofTwo = memoryAtBounds(defaults.STREAMS_MAX, 2);

describe('the memory of a gateway at its bounds', () => {
  it.each(['Dockerfile', 'scripts/src/start/stack-environment.ts'])(
    'the memory at all bounds fits into the heap that %s sets',
    (file) => {
      const megabytes = numberIn(file, /HEAP_MB[=:]\s*['"]?(\d+)/);
      expect(needed.heap).toBeLessThan(megabytes * MIB);
    },
  );

  it('the memory at all bounds fits into the container', () => {
    const megabytes = numberIn(
      'docker-compose.yml',
      /mem_limit: (?:\$\{COMPONENT_MEMORY:-)?(\d+)m/,
    );
    expect(needed.total).toBeLessThan(megabytes * MIB);
  });

  it('at all bounds there is always a connection that can be closed for a new one', () => {
    expect(BOUNDS.connectionsMax).toBeGreaterThan(BOUNDS.streamsMax + BOUNDS.requestsMax);
  });

  it('docs/limits.md states the bounds and the memory', () => {
    const page = read('docs/limits.md');
    const published = [
      BOUNDS.connectionsMax,
      defaults.CONNECTIONS_PER_ADDRESS,
      BOUNDS.requestsMax,
      BOUNDS.coldRequestsMax,
      BOUNDS.waitingBytesMax / MIB,
      BOUNDS.bodyBytesMax / 1_024,
      BOUNDS.bodyValuesMax,
      BOUNDS.bodyDepthMax,
      BOUNDS.queryParametersMax,
      BOUNDS.recentAnswersMax,
      BOUNDS.recentBytesMax / MIB,
      defaults.STREAMS_MAX,
      defaults.STREAMS_PER_ADDRESS,
      Math.ceil(needed.heap / MIB),
      Math.ceil(needed.total / MIB),
      Math.ceil(ofTwo.heap / MIB),
      Math.ceil(ofTwo.total / MIB),
      Math.ceil((memoryAtBounds(defaults.STREAMS_MAX, 3).total - ofTwo.total) / MIB),
    ];
    for (const value of published) expect(page).toContain(value.toLocaleString('en-US'));
  });
});
