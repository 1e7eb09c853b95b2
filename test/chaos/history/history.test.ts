import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HistoryRecord, readHistory } from './history';

const run: HistoryRecord = {
  kind: 'run',
  seed: 7,
  minutes: 1,
  at: 1_000,
  ttlSeconds: 5,
  sweepSeconds: 2,
  commit: 'abc',
  scale: { gateway: 1 },
};
const end: HistoryRecord = { kind: 'end', at: 5_000, quietAt: 4_000 };

describe('reading a history', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-history-'));
  const file = join(folder, 'history.jsonl');
  afterAll(() => rmSync(folder, { recursive: true }));

  const readAll = async (content: string): Promise<HistoryRecord[]> => {
    writeFileSync(file, content);
    const records: HistoryRecord[] = [];
    for await (const record of readHistory(file)) records.push(record);
    return records;
  };
  const lineOf = (record: object): string => `${JSON.stringify(record)}\n`;

  it('records are read in order', async () => {
    const fault = { kind: 'fault', fault: 'kill', target: 'catalog', from: 1, until: 2 } as const;
    await expect(readAll(lineOf(run) + lineOf(fault) + lineOf(end))).resolves.toEqual([
      run,
      fault,
      end,
    ]);
  });

  it('lines that span several chunks are read', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => ({
      kind: 'product' as const,
      productId: `prödukt-${index}`,
      stock: index,
      at: index,
    }));
    const records = await readAll([run, ...many].map(lineOf).join(''));
    expect(records).toEqual([run, ...many]);
  });

  it.each([
    ['a truncated last line', lineOf(run) + lineOf(end).slice(0, -10), 'line 2'],
    ['a last line without a line break', lineOf(run) + lineOf(end).trimEnd(), 'line 2'],
    ['a line that is not a record', `${lineOf(run)}{"kind":"call"}\n`, 'line 2'],
    ['a history that does not start with its run', lineOf(end), 'begins with its run'],
    ['an empty file', '', 'empty'],
  ])('the history reader refuses %s', async (_what, content, message) => {
    await expect(readAll(content)).rejects.toThrow(message);
  });
});
