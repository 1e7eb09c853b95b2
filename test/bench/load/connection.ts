import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { type Answer, createAnswerReader } from './answer-reader';

/** Called with the outcome of each request of a connection. */
export interface ConnectionListener {
  readonly onAnswer: (requestIndex: number, answer: Answer, durationMs: number) => void;
  /** A request got no response: the connection broke or it timed out. */
  readonly onError: (error: Error) => void;
}

/** One client: sends its requests in sequence, each after the response to the last. */
export interface Connection {
  /**
   * Sends until `mayContinue`, which gets the number of requests sent so far, returns false. After
   * the last request it starts again at the first. Closes the connection at the end.
   */
  readonly run: (mayContinue: (sent: number) => boolean) => Promise<void>;
}

const TIMEOUT_MS = 30_000;

/** Opens a keep-alive connection. A broken one is reopened for the next request. */
export const openConnection = async (
  address: { readonly host: string; readonly port: number },
  requests: readonly Buffer[],
  options: { readonly keepBodies: boolean; readonly listener: ConnectionListener },
): Promise<Connection> => {
  const { keepBodies, listener } = options;
  let socket: Socket;
  let next = 0;
  let sentAt = 0;
  let mayContinue: (sent: number) => boolean = () => false;
  let isDone = false;
  let resolveRun: () => void = () => undefined;

  const finish = (): void => {
    isDone = true;
    socket.destroy();
    resolveRun();
  };
  const send = (): void => {
    if (!mayContinue(next)) {
      finish();
      return;
    }
    sentAt = performance.now();
    socket.write(requests[next % requests.length] ?? '');
  };
  const open = async (): Promise<void> => {
    const read = createAnswerReader(keepBodies);
    socket = connect({ ...address, noDelay: true });
    socket.setTimeout(TIMEOUT_MS, () => {
      socket.destroy(new Error(`No answer within ${TIMEOUT_MS} ms.`));
    });
    await once(socket, 'connect');
    socket.on('data', (chunk) => {
      let answer: Answer | undefined;
      try {
        answer = read(chunk);
      } catch (error) {
        socket.destroy(error as Error);
        return;
      }
      if (answer === undefined) return;
      listener.onAnswer(next % requests.length, answer, performance.now() - sentAt);
      next += 1;
      send();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      void recover(socket.errored ?? new Error('The server closed the connection.'));
    });
  };
  const recover = async (reason: Error): Promise<void> => {
    if (isDone) return;
    listener.onError(reason);
    next += 1;
    try {
      await open();
    } catch (error) {
      // The server has exited: this client gives up, and the missing responses show it.
      listener.onError(error as Error);
      finish();
      return;
    }
    send();
  };

  await open();
  return {
    run: (may) =>
      new Promise((resolve) => {
        mayContinue = may;
        resolveRun = resolve;
        send();
      }),
  };
};
