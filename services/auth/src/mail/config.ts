import { configFields, setting } from '@flashreserve/ops';
import { emailAddress } from '@flashreserve/rpc';
import { z } from 'zod';
import { readTextOrFile } from '../text-or-file';

const SMTP_SCHEME = /^smtps?:\/\//;

const isSmtpUrl = (text: string): boolean => {
  if (!SMTP_SCHEME.test(text) || !URL.canParse(text)) return false;
  const { hostname, pathname, search, hash } = new URL(text);
  return hostname !== '' && ['', '/'].includes(pathname) && search === '' && hash === '';
};

/** `Shop <no-reply@shop.example>`, without characters that a mail header quotes. */
const NAMED = /^[^\p{C}"<>@,;:\\()[\]]{1,100}<([^<>]+)>$/u;

const isSender = (text: string): boolean =>
  emailAddress(z.string()).safeParse(NAMED.exec(text)?.[1] ?? text).success;

const SMTP_URL_RULE =
  'must look like smtps://user:password@host:465 or smtp://host:587, with special characters of the password percent-encoded, or be the path of a file with it';

/** A file ends with a line break, as editors write it. */
const smtpUrl = z.string().transform((given, context): string => {
  const read = readTextOrFile(given, (text) => text.includes('://'));
  const url = 'text' in read ? read.text.trim() : '';
  if (isSmtpUrl(url)) return url;
  const message = 'problem' in read ? `${SMTP_URL_RULE} (${read.problem})` : SMTP_URL_RULE;
  context.addIssue({ code: 'custom', message, input: undefined });
  return z.NEVER;
});

/** Mail that auth sends; none of it is required. */
export const mailFields = {
  SMTP_URL: smtpUrl
    .optional()
    .meta(
      setting(
        'mail',
        'SMTP server for links that set a password or confirm an e-mail address, or the path of a file with it. smtps:// is TLS from the start; smtp:// upgrades to TLS if the server offers it, and must before it sends credentials to another machine. Needs MAIL_FROM and PUBLIC_URL. Empty: no mail; administrators hand over the links.',
      ),
    ),
  MAIL_FROM: z
    .string()
    .trim()
    .refine(isSender, 'must look like no-reply@shop.example or Shop <no-reply@shop.example>')
    .optional()
    .meta(
      setting(
        'mail',
        'Sender of these mails, as no-reply@shop.example or Shop <no-reply@shop.example>.',
      ),
    ),
  PUBLIC_URL: configFields.publicUrl,
};

export interface MailSettings {
  readonly SMTP_URL?: string | undefined;
  readonly MAIL_FROM?: string | undefined;
  readonly PUBLIC_URL?: string | undefined;
}

/** A mail needs a sender and links that work; reported together with all other problems. */
export const mailTogether = <Schema extends z.ZodType<MailSettings>>(schema: Schema): Schema =>
  schema.refine(
    ({ SMTP_URL, MAIL_FROM, PUBLIC_URL }) =>
      SMTP_URL === undefined || (MAIL_FROM !== undefined && PUBLIC_URL !== undefined),
    {
      path: ['SMTP_URL'],
      message: 'needs MAIL_FROM and PUBLIC_URL, too',
      when: () => true,
    },
  );
