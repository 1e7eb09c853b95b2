import { connect } from 'node:net';
import { deserialize, serialize } from 'bson';

const ANSWER_DEADLINE_MS = 1_000;
const OP_MSG = 2013;
/** Header, flags, and the kind byte of the only section. */
const PREFIX_BYTES = 21;

function pingMessage(): Buffer {
  const body = serialize({ ping: 1, $db: 'admin' });
  const message = Buffer.alloc(PREFIX_BYTES + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(1, 4);
  message.writeInt32LE(OP_MSG, 12);
  message.set(body, PREFIX_BYTES);
  return message;
}

function isOk(reply: Buffer): boolean {
  const body = reply.subarray(PREFIX_BYTES);
  return body.length >= 5 && body.readInt32LE(0) === body.length && deserialize(body)['ok'] === 1;
}

/**
 * Whether a MongoDB-compatible server answers at this port of 127.0.0.1. Unlike a driver, which
 * waits half a second between attempts, it can be polled often.
 */
export function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_DEADLINE_MS, () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    socket.once('data', (reply) => end(isOk(reply)));
    socket.write(pingMessage());
  });
}
