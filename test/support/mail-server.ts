import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { eventually } from './eventually';

export interface ReceivedMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface MailServer {
  /** Its address for `SMTP_URL`, with credentials. */
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** Waits for the newest mail to an address with this subject. */
  readonly mailTo: (address: string, subject: string, count?: number) => Promise<ReceivedMail>;
  /** How many mails were refused. */
  readonly refused: () => number;
  /** While true, every mail is refused for now (451). */
  readonly setBusy: (busy: boolean) => void;
  readonly stop: () => Promise<void>;
}

const ARRIVAL_MS = 20_000;
const USER = 'mailer';
const PASSWORD = 'p@ss:word/1';

const decode = (body: string): string =>
  body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );

const parse = (to: string, raw: string): ReceivedMail => {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const isQuoted = /content-transfer-encoding: quoted-printable/i.test(head);
  return {
    to,
    subject: /^subject: (.*)$/im.exec(head)?.[1] ?? '',
    text: isQuoted ? decode(body) : body,
  };
};

/** A real SMTP server on a free port of this machine that keeps what it receives. */
export const startMailServer = async (): Promise<MailServer> => {
  const mails: ReceivedMail[] = [];
  let isBusy = false;
  let refused = 0;
  const server = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) => {
      const isRight = username === USER && password === PASSWORD;
      if (isRight) done(null, { user: username });
      else done(new Error('Wrong credentials.'));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (isBusy) {
          refused += 1;
          done(Object.assign(new Error('Try again later.'), { responseCode: 451 }));
          return;
        }
        const raw = Buffer.concat(chunks).toString('utf8');
        for (const { address } of session.envelope.rcptTo) mails.push(parse(address, raw));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  const credentials = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}`;
  return {
    url: `smtp://${credentials}@127.0.0.1:${port}`,
    mails,
    mailTo: (address, subject, count = 1) =>
      eventually(async () => {
        const found = mails.filter((mail) => mail.to === address && mail.subject === subject);
        const newest = found.at(-1);
        if (newest === undefined || found.length < count) {
          throw new Error(`${found.length} of ${count} mails to ${address}: "${subject}".`);
        }
        return newest;
      }, ARRIVAL_MS),
    refused: () => refused,
    setBusy: (busy) => {
      isBusy = busy;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(resolve);
      }),
  };
};

/** The token of the link in a mail. */
export const tokenIn = ({ text }: Pick<ReceivedMail, 'text'>): string =>
  /#([\w-]{43})\s/.exec(text)?.[1] ?? '';
