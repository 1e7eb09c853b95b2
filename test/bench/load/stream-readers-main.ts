/**
 * The stream readers: a separate process, so that its CPU time is not counted with what is
 * measured.
 */
import { readStreams, type StreamReaders } from './read-streams';
import type { StreamReply, StreamRequest } from './stream-plan';

let readers: StreamReaders | undefined;

const answer = async (request: StreamRequest): Promise<StreamReply> => {
  switch (request.kind) {
    case 'open':
      readers = await readStreams(request.plan);
      return { kind: 'opened' };
    case 'count':
      return {
        kind: 'counted',
        count: readers?.count() ?? { events: 0, least: 0, lost: 0 },
      };
    case 'close':
      readers?.close();
      readers = undefined;
      return { kind: 'closed' };
  }
};

process.on('message', (request: StreamRequest) => {
  answer(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) =>
      process.send?.({ kind: 'failed', message: String(error) } satisfies StreamReply),
  );
});
process.on('disconnect', () => process.exit());
