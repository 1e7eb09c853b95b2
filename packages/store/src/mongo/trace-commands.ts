import { endSpan, startSpan } from '@flashreserve/ops';
import { type Span, SpanKind } from '@opentelemetry/api';
import type { mongo } from 'mongoose';

/**
 * Maximum number of open spans. Some commands whose connection is lost never settle (see
 * `withinTime`).
 */
const OPEN_MAX = 1_000;

/** The collection of a command, if any: `{ find: 'products' }`, `{ getMore: 1, collection }`. */
const collectionOf = ({
  commandName,
  command,
}: Pick<mongo.CommandStartedEvent, 'commandName' | 'command'>): string | undefined => {
  const named: unknown = command[commandName];
  if (typeof named === 'string') return named;
  const { collection }: { readonly collection?: unknown } = command;
  return typeof collection === 'string' ? collection : undefined;
};

const startCommandSpan = (event: mongo.CommandStartedEvent): Span | undefined => {
  const collection = collectionOf(event);
  return startSpan(
    [event.commandName, ...(collection === undefined ? [] : [collection])].join(' '),
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'mongodb',
        'db.namespace': event.databaseName,
        'db.operation.name': event.commandName,
        ...(collection !== undefined && { 'db.collection.name': collection }),
      },
    },
  );
};

/**
 * Creates a span for each command of a client created with `monitorCommands`, in the trace of the
 * code that sends it. Records the command and collection names, never filters or data.
 */
export const traceCommands = (client: Pick<mongo.MongoClient, 'on'>): void => {
  const open = new Map<number, Span>();
  const end = (requestId: number, failure?: string): void => {
    const span = open.get(requestId);
    if (span === undefined) return;
    open.delete(requestId);
    endSpan(span, failure);
  };
  client.on('commandStarted', (event) => {
    const span = startCommandSpan(event);
    if (span === undefined) return;
    open.set(event.requestId, span);
    const [oldest] = open.keys();
    if (open.size > OPEN_MAX && oldest !== undefined) end(oldest, 'abandoned');
  });
  client.on('commandSucceeded', ({ requestId }) => {
    end(requestId);
  });
  client.on('commandFailed', ({ requestId, failure }) => {
    end(requestId, failure.name);
  });
};
