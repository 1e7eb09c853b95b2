import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readRunbookLines } from './runbook';

// What `npm run test:containers` checks on an engine, as far as the files alone show it, on any
// machine.

const ROOT = join(__dirname, '../../..');

const service = z.looseObject({
  image: z.string().optional(),
  restart: z.literal('unless-stopped'),
  read_only: z.literal(true),
  pids_limit: z.int(),
  mem_limit: z.string(),
  logging: z.looseObject({
    options: z.strictObject({ 'max-size': z.string(), 'max-file': z.string() }),
  }),
});

const readServices = (file: string): Readonly<Record<string, unknown>> =>
  z
    .looseObject({ services: z.record(z.string(), z.unknown()) })
    .parse(parse(readFileSync(join(ROOT, file), 'utf8'), { merge: true })).services;

const LAYERS = ['docker-compose.observability.yml', 'docker-compose.stores.yml'] as const;
const base = readServices('docker-compose.yml');

describe('docker compose files', () => {
  it.each(['docker-compose.yml', ...LAYERS])('%s limits memory, processes and logs', (file) => {
    for (const [name, found] of Object.entries(readServices(file))) {
      const { success, error } = service.safeParse(found);
      expect({ name, success, error: error?.message }).toEqual({ name, success: true });
    }
  });

  it.each(LAYERS)('%s adds containers and changes none', (file) => {
    const names = Object.keys(readServices(file));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name in base)).toEqual([]);
  });

  it('the number of proxies is configurable, and nginx keeps the entries of earlier proxies', () => {
    const { environment } = z
      .looseObject({ environment: z.record(z.string(), z.unknown()) })
      .parse(base['gateway']);
    expect(environment['TRUST_PROXY_HOPS']).toBe('$' + '{TRUST_PROXY_HOPS:-1}');
    const proxy = readFileSync(join(ROOT, 'deploy/nginx.conf'), 'utf8');
    expect(proxy.match(/X-Forwarded-For .*/g)).toEqual([
      'X-Forwarded-For $proxy_add_x_forwarded_for;',
    ]);
  });
});

describe('upgrade in the runbook', () => {
  it('new instances start before the old ones, named by id, are stopped', () => {
    const lines = readRunbookLines(ROOT, 'Upgrade without a gap');
    const [before = '', after = ''] = lines.split('--no-recreate --wait --scale');
    expect(before).toContain('old=$(docker compose ps --quiet "$1")');
    expect(after).toContain('docker stop "$id"');
    expect(lines.match(/--scale/g)).toHaveLength(1);
  });
});
