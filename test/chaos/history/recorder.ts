import { createWriteStream } from 'node:fs';
import type { HistoryRecord } from './history';

/** Records events in the order in which they become known. */
export interface Recorder {
  readonly write: (record: HistoryRecord) => void;
  /** Resolves once everything is written to the file. */
  readonly close: () => Promise<void>;
}

export const createRecorder = (file: string): Recorder => {
  const stream = createWriteStream(file);
  return {
    write: (record) => {
      stream.write(`${JSON.stringify(record)}\n`);
    },
    close: () =>
      new Promise((resolve, reject) => {
        stream.on('error', reject);
        stream.end(resolve);
      }),
  };
};
