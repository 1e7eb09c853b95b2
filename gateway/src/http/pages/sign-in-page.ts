import { readBrowserProgram } from '../browser-program';
import { type Page, renderPage } from './page';

const SCRIPT = readBrowserProgram('sign-in.js');

const FORM = `<p>Sign in as an administrator to see the expiry queue.</p>
<form id="sign-in" method="post">
<label>E-mail address <input name="email" type="email" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button>
</form>
<p><a href="/account/password">Forgot your password?</a></p>`;

const SIGNED_IN = `<p>You are signed in. <a href="/admin/queues">Open the expiry queue</a></p>
<p><button id="sign-out" type="button">Sign out</button></p>`;

const renderSignIn = (body: string): Page =>
  renderPage({
    title: 'FlashReserve: administration',
    body: `${body}
<p id="message" role="alert"></p>
<noscript><p>This page needs JavaScript.</p></noscript>`,
    script: SCRIPT,
  });

/** The sign-in form, and the page shown instead to a signed-in administrator. */
export const SIGN_IN_PAGES: { readonly form: Page; readonly signedIn: Page } = {
  form: renderSignIn(FORM),
  signedIn: renderSignIn(SIGNED_IN),
};
