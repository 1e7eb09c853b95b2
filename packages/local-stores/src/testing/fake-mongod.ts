/**
 * A stand-in for `mongod`: understands the options that this package passes, stores the replica set
 * configuration in its data folder, and answers the few commands that a start sends.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createMessageSplitter, encodeReply, parseRequest } from '@flashreserve/documentdb-wire';
import { deserialize, serialize } from 'bson';

function option(name: string): string {
  return process.argv[process.argv.indexOf(name) + 1] ?? '';
}

const file = join(option('--dbpath'), 'replica-set.json');
const isInitiated = () => existsSync(file);

function answer(command: Record<string, unknown>): Record<string, unknown> {
  if ('replSetInitiate' in command || 'replSetReconfig' in command) {
    const given = command['replSetInitiate'] ?? command['replSetReconfig'];
    writeFileSync(file, JSON.stringify({ version: 1, ...Object(given) }));
    return { ok: 1 };
  }
  if ('replSetGetConfig' in command) {
    return isInitiated()
      ? { ok: 1, config: JSON.parse(readFileSync(file, 'utf8')) }
      : { ok: 0, code: 94, codeName: 'NotYetInitialized', errmsg: 'no replset config' };
  }
  return {
    ok: 1,
    helloOk: true,
    isWritablePrimary: isInitiated(),
    secondary: !isInitiated(),
    setName: option('--replSet'),
    maxWireVersion: 25,
    minWireVersion: 0,
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
  };
}

createServer((socket) => {
  const split = createMessageSplitter();
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    for (const message of split(chunk)) {
      const request = parseRequest(message);
      const reply = Buffer.from(serialize(answer(deserialize(request.body.bytes))));
      socket.write(encodeReply(request, reply));
    }
  });
}).listen(Number(option('--port')), option('--bind_ip'));
process.on('SIGTERM', () => process.exit(0));
