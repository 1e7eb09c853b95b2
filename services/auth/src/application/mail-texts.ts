import { LINK_SECONDS } from '../domain/account-link';
import type { Mail } from './account-ports';

/** Every mail that auth sends. */

const minutes = LINK_SECONDS.password / 60;
const hours = LINK_SECONDS.email / 3_600;

export const passwordResetMail = (to: string, link: string): Mail => ({
  kind: 'password_reset',
  to,
  subject: 'Set a new password',
  text: `Somebody asked for a new password for this address. To set one, open this link within ${minutes} minutes:

${link}

The link works once. If you did not ask for it, ignore this mail: your password stays as it is.
`,
});

export const emailChangeMail = (to: string, link: string): Mail => ({
  kind: 'email_change',
  to,
  subject: 'Confirm your new e-mail address',
  text: `To use this address for your account, open this link within ${hours} hours:

${link}

The link works once. If you did not ask for it, ignore this mail.
`,
});

export const emailChangeNotice = (
  to: string,
  { newEmail, askedBy }: { readonly newEmail: string; readonly askedBy: string },
): Mail => ({
  kind: 'email_change_notice',
  to,
  subject: 'Your e-mail address is about to change',
  text: `${askedBy} asked to change the e-mail address of your account to ${newEmail}. It changes once the link for that address is opened.

If you do not want this, set a new password now: that ends the link.
`,
});
