import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Answer, createAnswerReader } from './answer-reader';

/** One keep-alive connection, with one request at a time. */
export interface Connection {
  /** False once it was closed or the server could not be reached any more. */
  readonly isOpen: () => boolean;
  /**
   * Sends a request and resolves with its response.
   *
   * @throws Error if it gets none within 30 s or the connection breaks. By then the connection has
   * been reopened, if the server can be reached.
   */
  readonly exchange: (request: Buffer) => Promise<Answer>;
  readonly close: () => void;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
}

const TIMEOUT_MS = 30_000;

/**
 * Opens a connection. If it breaks, even while idle, it is opened again. Responses have bodies only
 * with the status `keptStatus`.
 */
export const openConnection = async (
  address: { readonly host: string; readonly port: number },
  keptStatus?: number,
): Promise<Connection> => {
  let socket: Socket;
  let waiting: Waiting | undefined;
  let reopening: Promise<void> | undefined;
  let isOpen = true;

  const open = async (): Promise<void> => {
    const read = createAnswerReader(keptStatus);
    const opened = connect({ ...address, noDelay: true });
    opened.setTimeout(TIMEOUT_MS, () => {
      opened.destroy(new Error(`No answer within ${TIMEOUT_MS} ms.`));
    });
    await once(opened, 'connect');
    socket = opened;
    opened.on('data', (chunk) => {
      let answer: Answer | undefined;
      try {
        answer = read(chunk);
      } catch (error) {
        opened.destroy(error as Error);
        return;
      }
      if (answer === undefined) return;
      const done = waiting;
      waiting = undefined;
      done?.resolve(answer);
    });
    opened.on('error', () => undefined);
    opened.on('close', () => {
      if (!isOpen) return;
      reopening = recover(opened.errored ?? new Error('The server closed the connection.'));
    });
  };
  const recover = async (reason: Error): Promise<void> => {
    const lost = waiting;
    waiting = undefined;
    try {
      await open();
    } catch {
      // The server has exited: this client gives up, and the missing responses show it.
      isOpen = false;
    }
    reopening = undefined;
    lost?.reject(reason);
  };
  const exchange = (request: Buffer): Promise<Answer> => {
    if (reopening !== undefined) return reopening.then(() => exchange(request));
    return new Promise((resolve, reject) => {
      if (!isOpen) {
        reject(new Error('The connection is closed.'));
        return;
      }
      waiting = { resolve, reject };
      socket.write(request);
    });
  };

  await open();
  return {
    isOpen: () => isOpen,
    exchange,
    close: () => {
      isOpen = false;
      socket.destroy();
    },
  };
};
