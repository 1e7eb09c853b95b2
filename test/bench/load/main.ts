/**
 * The load generator: a separate process, so that its CPU time is not counted with what it
 * measures.
 */
import type { LoadReply, LoadRequest } from './load-plan';
import { runLoad } from './run-load';
import { runOpen } from './run-open';

let tokens: readonly string[] = [];
let halting = new AbortController();

const answer = async (request: Exclude<LoadRequest, { kind: 'halt' }>): Promise<LoadReply> => {
  switch (request.kind) {
    case 'buyers':
      tokens = request.tokens;
      return { kind: 'ready' };
    case 'run':
      halting = new AbortController();
      return { kind: 'done', outcome: await runLoad(request.plan, tokens, halting.signal) };
    case 'run-open':
      halting = new AbortController();
      return { kind: 'open-done', outcome: await runOpen(request.plan, tokens, halting.signal) };
  }
};

process.on('message', (request: LoadRequest) => {
  if (request.kind === 'halt') {
    halting.abort();
    return;
  }
  answer(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) =>
      process.send?.({ kind: 'failed', message: String(error) } satisfies LoadReply),
  );
});
process.on('disconnect', () => process.exit());
