import { EventEmitter } from 'node:events';
import { beginTrace } from '@flashreserve/ops';
import { recordSpans } from '@flashreserve/ops/testing';
import type { mongo } from 'mongoose';
import { traceCommands } from './trace-commands';

const setUp = () => {
  const { tracing, ended } = recordSpans();
  const client = new EventEmitter();
  traceCommands(client as unknown as mongo.MongoClient);
  const { tracer } = tracing;
  if (tracer === undefined) throw new Error('Tracing is off.');
  return { client, ended, request: beginTrace(tracer, 'request') };
};

const started = (requestId: number, command: Readonly<Record<string, unknown>>) => ({
  requestId,
  commandName: Object.keys(command)[0],
  databaseName: 'shop',
  command,
});

describe('traceCommands', () => {
  it('a span names command, database and collection, and contains no query or data', () => {
    const { client, ended, request } = setUp();

    request.run(() => {
      client.emit('commandStarted', started(1, { find: 'users', filter: { email: 'a@b.c' } }));
      client.emit('commandStarted', started(2, { getMore: 7n, collection: 'users' }));
      client.emit('commandStarted', started(3, { commitTransaction: 1 }));
    });
    client.emit('commandSucceeded', { requestId: 1, reply: { email: 'a@b.c' } });
    client.emit('commandSucceeded', { requestId: 2 });
    client.emit('commandFailed', { requestId: 3, failure: new RangeError('a@b.c') });

    expect(ended().map(({ name }) => name)).toEqual([
      'find users',
      'getMore users',
      'commitTransaction',
    ]);
    expect(ended().map(({ attributes }) => attributes)).toMatchObject([
      { 'db.namespace': 'shop', 'db.collection.name': 'users' },
      { 'db.operation.name': 'getMore' },
      { 'error.type': 'RangeError' },
    ]);
    expect(ended().map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
      ended().map(() => request.span.spanContext().spanId),
    );
    expect(JSON.stringify(ended().map(({ attributes }) => attributes))).not.toContain('a@b.c');
  });

  it('commands outside a trace get no span', () => {
    const { client, ended } = setUp();

    client.emit('commandStarted', started(1, { ping: 1 }));
    client.emit('commandSucceeded', { requestId: 1 });

    expect(ended()).toEqual([]);
  });

  it('spans are abandoned when too many commands never end', () => {
    const { client, ended, request } = setUp();

    request.run(() => {
      for (let id = 0; id < 1_005; id += 1) {
        client.emit('commandStarted', started(id, { find: 'users' }));
      }
    });

    expect(ended()).toHaveLength(5);
    expect(ended()[0]?.attributes['error.type']).toBe('abandoned');
  });
});
