import { createTransport } from 'nodemailer';
import type { Mail } from '../application/account-ports';
import { MailError } from './mail-queue';

export interface SmtpSettings {
  readonly SMTP_URL: string;
  readonly MAIL_FROM: string;
}

/** Limits of one delivery, in milliseconds. */
const CONNECT_MS = 5_000;
const SILENCE_MS = 10_000;

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const credentialsOf = ({ username, password }: URL) =>
  username === ''
    ? {}
    : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } };

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

/**
 * `smtp://` upgrades to TLS if the server offers it, and must do so before it sends credentials to
 * another machine. `smtps://` is TLS from the start.
 */
const toTransport = (text: string) => {
  const url = new URL(text);
  const credentials = credentialsOf(url);
  return createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port),
    secure: url.protocol === 'smtps:',
    requireTLS: url.protocol === 'smtp:' && 'auth' in credentials && !LOOPBACK.test(url.hostname),
    ...credentials,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
};

/** Codes of nodemailer and of the server; texts of a server may repeat addresses. */
const toMailError = (error: unknown): MailError => {
  const { code, responseCode } = error as {
    readonly code?: unknown;
    readonly responseCode?: unknown;
  };
  const reply = typeof responseCode === 'number' ? `, reply ${responseCode}` : '';
  return new MailError(`The mail was not accepted (${String(code ?? 'no code')}${reply}).`, {
    // After 5xx the server would not accept it later either.
    mayHelpToRepeat: !(typeof responseCode === 'number' && responseCode >= 500),
  });
};

/** Delivers a mail to the SMTP server. Each delivery has a connection of its own. */
export const createSmtpDelivery = ({
  SMTP_URL,
  MAIL_FROM,
}: SmtpSettings): ((mail: Mail) => Promise<void>) => {
  const transport = toTransport(SMTP_URL);
  return async ({ to, subject, text }) => {
    try {
      // An address object: nothing in the address can name another recipient.
      await transport.sendMail({ from: MAIL_FROM, to: { name: '', address: to }, subject, text });
    } catch (error) {
      throw toMailError(error);
    }
  };
};
