// Runs inside the pages under /account: uses the token of a link.

const token = location.hash.slice(1);
// Neither the address bar nor the history keeps the token.
if (token !== '') history.replaceState(null, '', location.pathname);

const shown = document.getElementById(token === '' ? 'without-link' : 'with-link');
if (shown) shown.hidden = false;

/**
 * @param {string} id
 * @param {string} text
 */
const show = (id, text) => {
  const element = document.getElementById(id);
  if (element) element.textContent = text;
};

/**
 * Whether the gateway has accepted the request.
 * @param {string} path
 * @param {Record<string, unknown>} body
 */
const send = async (path, body) => {
  show('message', '');
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) return true;
    show('message', (await response.json()).detail);
  } catch {
    show('message', 'The gateway does not answer. Try again.');
  }
  return false;
};

/**
 * @param {string} formId
 * @param {(fields: Record<string, unknown>) => Promise<boolean>} submit
 * @param {string} done
 */
const onSubmit = (formId, submit, done) => {
  const form = document.getElementById(formId);
  if (!(form instanceof HTMLFormElement)) return;
  const button = form.querySelector('button');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button) button.disabled = true;
    if (await submit(Object.fromEntries(new FormData(form)))) {
      show('done', done);
      form.hidden = true;
      form.replaceChildren();
    }
    if (button) button.disabled = false;
  });
};

onSubmit(
  'ask',
  ({ email }) => send('/auth/password-reset', { email }),
  'If the address belongs to an account, a mail is on its way.',
);
onSubmit(
  'set',
  ({ newPassword }) => send('/auth/password-reset/confirm', { token, newPassword }),
  'The password was set, and every session has ended. Log in with the new password.',
);
onSubmit('confirm', () => send('/auth/email/confirm', { token }), 'The address was changed.');
