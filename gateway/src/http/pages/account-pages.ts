import { readBrowserProgram } from '../browser-program';
import { type Page, renderPage } from './page';

const SCRIPT = readBrowserProgram('account-link.js');

/** The script shows the part that fits the link; nothing is submitted without it. */
const renderAccountPage = (title: string, body: string): Page =>
  renderPage({
    title,
    body: `${body}
<p id="done" role="status"></p>
<p id="message" role="alert"></p>
<noscript><p>This page needs JavaScript.</p></noscript>`,
    script: SCRIPT,
  });

export const PASSWORD_PAGE: Page = renderAccountPage(
  'Set a new password',
  `<div id="without-link" hidden>
<p>We send a link to your e-mail address. It sets a new password within 30 minutes. If no mail arrives, ask an administrator for a link.</p>
<form id="ask" method="post">
<label>E-mail address <input name="email" type="email" autocomplete="username" required></label>
<button>Send the link</button>
</form>
</div>
<div id="with-link" hidden>
<form id="set" method="post">
<label>New password, 8 to 128 characters <input name="newPassword" type="password" autocomplete="new-password" minlength="8" required></label>
<button>Set the password</button>
</form>
</div>`,
);

export const EMAIL_PAGE: Page = renderAccountPage(
  'Confirm your new e-mail address',
  `<div id="without-link" hidden>
<p>Open the link in the mail again: this address is not complete.</p>
</div>
<div id="with-link" hidden>
<form id="confirm" method="post">
<button>Use this address</button>
</form>
</div>`,
);
