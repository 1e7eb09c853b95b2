import { type Page, renderPage } from './page';

/** Posts the form as JSON and shows errors. Plain JavaScript, because it runs in the browser. */
const SIGN_IN_SCRIPT = `
const message = document.getElementById('message');
const form = document.getElementById('sign-in');
const send = async (method, body) => {
  message.textContent = '';
  try {
    const response = await fetch('/admin/session', {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body && JSON.stringify(body),
    });
    if (response.ok) return true;
    message.textContent = (await response.json()).detail;
  } catch {
    message.textContent = 'The gateway does not answer. Try again.';
  }
  return false;
};
form?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  const { email, password } = Object.fromEntries(new FormData(form));
  if (await send('POST', { email, password })) location.assign('/admin/queues');
  button.disabled = false;
});
document.getElementById('sign-out')?.addEventListener('click', async () => {
  if (await send('DELETE')) location.reload();
});
`;

const FORM = `<p>Sign in as an administrator to see the expiry queue.</p>
<form id="sign-in" method="post">
<label>E-mail address <input name="email" type="email" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button>
</form>`;

const SIGNED_IN = `<p>You are signed in. <a href="/admin/queues">Open the expiry queue</a></p>
<p><button id="sign-out" type="button">Sign out</button></p>`;

const renderSignIn = (body: string): Page =>
  renderPage({
    title: 'FlashReserve: administration',
    body: `${body}
<p id="message" role="alert"></p>
<noscript><p>This page needs JavaScript.</p></noscript>`,
    script: SIGN_IN_SCRIPT,
  });

/** The sign-in form, and the page shown instead to a signed-in administrator. */
export const SIGN_IN_PAGES: { readonly form: Page; readonly signedIn: Page } = {
  form: renderSignIn(FORM),
  signedIn: renderSignIn(SIGNED_IN),
};
