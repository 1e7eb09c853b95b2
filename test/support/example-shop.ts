import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { eventually } from './eventually';
import { freePort } from './free-port';
import { createRestClient, type RestResponse } from './rest-client';

const EXAMPLES = resolve(__dirname, '../../docs/examples');
const START_MS = 20_000;
const SHELL_MS = 60_000;

const payment = z.object({
  id: z.string(),
  status: z.enum(['open', 'paid', 'refunded']),
  amount: z.number(),
  currency: z.string(),
  reference: z.string(),
  payUrl: z.string(),
});
export type Payment = z.output<typeof payment>;

/** A language of docs/integrate.md, and the command that starts its shop on a port. */
const LANGUAGES = {
  curl: { needs: ['sh', 'curl'], file: 'shop.sh', command: undefined },
  Node: { needs: [process.execPath], file: 'shop.mjs', command: [process.execPath] },
  Python: { needs: ['python3'], file: 'shop.py', command: ['python3'] },
  PHP: { needs: ['php'], file: 'shop.php', command: ['php', '-S', 'localhost:PORT'] },
} as const;
export type Language = keyof typeof LANGUAGES;

const isInstalled = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

/** The languages whose programs are installed here. */
export const installedLanguages = (): readonly Language[] =>
  (Object.keys(LANGUAGES) as Language[]).filter((language) =>
    LANGUAGES[language].needs.every(isInstalled),
  );

interface Stoppable {
  readonly stop: () => Promise<void>;
}

const runProgram = (
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Stoppable & { readonly child: ChildProcess } => {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'ignore',
  });
  const exited = new Promise<void>((done) => {
    child.once('close', () => done());
  });
  return {
    child,
    stop: async () => {
      child.kill();
      await exited;
    },
  };
};

const isListening = (url: string): Promise<unknown> =>
  eventually(() => fetch(url, { method: 'POST', body: '{}' }), START_MS);

/** docs/examples/provider.mjs, which delivers its webhooks to `webhookUrl`. */
export const startProvider = async (webhookUrl: string) => {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const program = runProgram([process.execPath, join(EXAMPLES, 'provider.mjs')], {
    PORT: String(port),
    WEBHOOK_URL: webhookUrl,
  });
  await isListening(`${url}/none`);
  const rest = createRestClient(url);
  return {
    url,
    stop: program.stop,
    payments: async (): Promise<readonly Payment[]> =>
      z.array(payment).parse((await rest('GET', '/payments')).body),
    /** A payment for a reservation that no example shop made. */
    create: async (wish: Pick<Payment, 'amount' | 'currency' | 'reference'>): Promise<Payment> =>
      payment.parse(
        (
          await rest('POST', '/payments', {
            body: wish,
            headers: { 'idempotency-key': wish.reference },
          })
        ).body,
      ),
    /** What the staff of a shop does; the reference of the payment. */
    refund: async (reference: string): Promise<void> => {
      const { status } = await rest('POST', `/payments/${reference}/refund`);
      expect(status).toBe(200);
    },
    /** What a buyer does. */
    pay: async (payUrl: string): Promise<void> => {
      await rest('POST', new URL(payUrl).pathname);
    },
  };
};

/** Runs `sh` with these arguments. */
export const runShell = (
  args: readonly string[],
  options: { readonly cwd?: string; readonly env: Readonly<Record<string, string>> },
): Promise<{ readonly ok: boolean; readonly stdout: string }> => {
  const { cwd, env } = options;
  const settings = { cwd, env: { PATH: process.env['PATH'], ...env }, timeout: SHELL_MS };
  return new Promise((done) => {
    execFile('sh', args, settings, (error, stdout) => done({ ok: error === null, stdout }));
  });
};

/** Serves the commands of shop.sh over HTTP, as the server of a shop would run them. */
const startCommandServer = async (
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<Stoppable> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body: Record<string, unknown> = JSON.parse(await text(request));
    const { orderId, customerId, productId, quantity, paymentId, reservationId, reason } = body;
    const commands: Readonly<Record<string, readonly unknown[]>> = {
      '/checkout': ['checkout', orderId, customerId, productId, quantity],
      '/webhook': ['webhook', paymentId],
      '/give-up': ['give-up', reservationId],
      '/send-back': ['send-back', reservationId, reason],
    };
    const { ok, stdout } = await runShell(
      [join(EXAMPLES, 'shop.sh'), ...(commands[request.url ?? ''] ?? []).map(String)],
      { env },
    );
    response.writeHead(ok ? 200 : request.url === '/webhook' ? 503 : 409);
    response.end(stdout);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done) => {
    server.listen(port, 'localhost', done);
  });
  return {
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => {
        server.close(done);
      });
    },
  };
};

const payable = z.object({ reservationId: z.string(), payUrl: z.string() });

/** The shop of docs/integrate.md in one language, with a payment provider of its own. */
export const startExampleShop = async (
  language: Language,
  flashReserve: { readonly url: string; readonly apiKey: string },
) => {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const provider = await startProvider(`${url}/webhook`);
  const env = {
    PORT: String(port),
    FLASHRESERVE_URL: flashReserve.url,
    FLASHRESERVE_KEY: flashReserve.apiKey,
    PROVIDER_URL: provider.url,
  };
  const { command, file } = LANGUAGES[language];
  const shop =
    command === undefined
      ? await startCommandServer(port, env)
      : runProgram(
          [...command.map((part) => part.replace('PORT', env.PORT)), join(EXAMPLES, file)],
          env,
        );
  if (command !== undefined) await isListening(`${url}/none`);

  const rest = createRestClient(url);
  const post = (path: string, body: object): Promise<RestResponse> => rest('POST', path, { body });
  return {
    provider,
    checkout: (order: {
      readonly orderId: string;
      readonly customerId: string;
      readonly productId: string;
      readonly quantity: number;
    }) => post('/checkout', order),
    webhook: (paymentId: string) => post('/webhook', { paymentId }),
    giveUp: (reservationId: string) => post('/give-up', { reservationId }),
    sendBack: (reservationId: string, reason: string) =>
      post('/send-back', { reservationId, reason }),
    stop: async (): Promise<void> => {
      await shop.stop();
      await provider.stop();
    },
  };
};
export type ExampleShop = Awaited<ReturnType<typeof startExampleShop>>;

/** What the buyer gets from a checkout whose units are held. */
export const payableOf = ({ status, body }: RestResponse): z.output<typeof payable> => {
  expect({ status, body }).toMatchObject({ status: 200 });
  return payable.parse(body);
};
