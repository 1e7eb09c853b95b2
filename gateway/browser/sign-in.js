// Runs inside the pages at /admin/sign-in: posts the form as JSON and shows errors.

/** @param {string} text */
const show = (text) => {
  const message = document.getElementById('message');
  if (message) message.textContent = text;
};

/**
 * Whether the gateway has accepted the request.
 * @param {'POST' | 'DELETE'} method
 * @param {Record<string, unknown>} [body]
 */
const send = async (method, body) => {
  show('');
  try {
    const response = await fetch('/admin/session', {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body ? JSON.stringify(body) : null,
    });
    if (response.ok) return true;
    show((await response.json()).detail);
  } catch {
    show('The gateway does not answer. Try again.');
  }
  return false;
};

const form = document.querySelector('form');
const button = form?.querySelector('button');
form?.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (button) button.disabled = true;
  const { email, password } = Object.fromEntries(new FormData(form));
  if (await send('POST', { email, password })) location.assign('/admin/queues');
  if (button) button.disabled = false;
});
document.getElementById('sign-out')?.addEventListener('click', async () => {
  if (await send('DELETE')) location.reload();
});
