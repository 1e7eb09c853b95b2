import type { ComponentBase } from '@flashreserve/ops';
import type { Mailer } from '../application/account-ports';
import type { AuthConfig } from '../config';
import { authBusy } from '../domain/auth-errors';
import type { AuthMetrics } from '../metrics/auth-metrics';
import { createMailQueue } from './mail-queue';
import { createSmtpDelivery } from './smtp-delivery';

const NO_MAILER: Mailer = {
  isConfigured: false,
  // Never called, as nothing may be queued without a server.
  queue: () => {
    throw authBusy();
  },
};

/** Sends mail by the configured server until the component stops. */
export const createMailer = (
  { config, log, lifecycle }: ComponentBase<AuthConfig>,
  onMail: AuthMetrics['onMail'],
): Mailer => {
  const { SMTP_URL, MAIL_FROM } = config;
  if (SMTP_URL === undefined || MAIL_FROM === undefined) {
    log.info('SMTP_URL is not set: administrators hand over the links that it would send.');
    return NO_MAILER;
  }
  const mailer = createMailQueue({
    deliver: createSmtpDelivery({ SMTP_URL, MAIL_FROM }),
    onOutcome: onMail,
    log,
  });
  lifecycle.onStop('mail', mailer.stop);
  return mailer;
};
