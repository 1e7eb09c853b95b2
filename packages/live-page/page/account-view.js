// Logging in and out, and creating an account.
import { announce, byId, setText, within } from './dom.js';
import { hideProblem, onSubmit } from './form.js';
import { isGuest } from './session.js';

/** @import { Session } from './session.js' */
/** @import { User } from './types' */

const WORDS = {
  login: {
    title: 'Log in',
    submit: 'Log in',
    question: 'New here?',
    other: 'Create an account',
    password: 'current-password',
  },
  register: {
    title: 'Create an account',
    submit: 'Create account',
    question: 'You have an account?',
    other: 'Log in',
    password: 'new-password',
  },
};
const GUEST_HINT = {
  login: 'What you have reserved as a guest stays with the guest. A new account keeps it.',
  register: 'Your reservations move into the account.',
};
const PASSWORD_LENGTH_MIN = 8;

/** @param {User | undefined} user */
const nameOf = (user) => {
  if (user === undefined) return '';
  return isGuest(user) ? 'Guest' : user.name || user.email;
};

/** @param {Session} session */
export const createAccountView = (session) => {
  const dialog = byId('account-dialog', HTMLDialogElement);
  const form = byId('account-form', HTMLFormElement);
  const password = byId('account-password', HTMLInputElement);
  const email = byId('account-email', HTMLInputElement);
  const logOut = byId('log-out', HTMLButtonElement);
  const who = byId('who', HTMLElement);
  const problem = within(form, '.problem', HTMLElement);
  const why = byId('account-why', HTMLElement);
  /** @type {'login' | 'register'} */
  let mode = 'login';

  /** @param {'login' | 'register'} next */
  const turnTo = (next) => {
    mode = next;
    const words = WORDS[mode];
    setText(byId('account-title', HTMLElement), words.title);
    setText(byId('account-submit', HTMLElement), words.submit);
    setText(byId('account-question', HTMLElement), words.question);
    setText(byId('account-switch', HTMLElement), words.other);
    for (const part of form.querySelectorAll('.register-only')) {
      part.toggleAttribute('hidden', mode === 'login');
    }
    password.autocomplete = /** @type {AutoFill} */ (words.password);
    password.minLength = mode === 'login' ? 1 : PASSWORD_LENGTH_MIN;
    hideProblem(problem);
    const hint = isGuest(session.user()) ? GUEST_HINT[mode] : '';
    setText(why, hint);
    why.hidden = hint === '';
  };
  /** @param {'login' | 'register'} next */
  const open = (next) => {
    turnTo(next);
    dialog.showModal();
    email.focus();
  };

  onSubmit(form, async (fields) => {
    const { email: address = '', password: secret = '', name = '' } = fields;
    const credentials = { email: address, password: secret };
    if (mode === 'login') await session.logIn(credentials);
    else await session.register({ ...credentials, ...(name !== '' && { name }) });
    dialog.close();
    // The button that opened it is gone now; what else had the focus before has it again.
    if (document.activeElement === document.body) logOut.focus();
  });
  // Nobody who comes after finds the password in the form.
  dialog.addEventListener('close', () => {
    password.value = '';
  });
  byId('account-close', HTMLButtonElement).addEventListener('click', () => dialog.close());
  byId('account-switch', HTMLButtonElement).addEventListener('click', () => {
    turnTo(mode === 'login' ? 'register' : 'login');
    email.focus();
  });
  byId('open-login', HTMLButtonElement).addEventListener('click', () => open('login'));
  for (const id of ['open-register', 'keep-mine']) {
    byId(id, HTMLButtonElement).addEventListener('click', () => open('register'));
  }
  // The tokens are gone from this page whatever the shop answers.
  logOut.addEventListener('click', () => session.logOut().catch(() => undefined));

  session.onChange((user, why) => {
    announce(why);
    const hadFocus = document.activeElement === logOut;
    const hasAccount = user !== undefined && !isGuest(user);
    who.hidden = user === undefined;
    logOut.hidden = !hasAccount;
    setText(who, nameOf(user));
    byId('mine-signed-out', HTMLElement).hidden = user !== undefined;
    byId('mine-guest', HTMLElement).hidden = !isGuest(user);
    for (const part of document.querySelectorAll('.no-account')) {
      part.toggleAttribute('hidden', hasAccount);
    }
    if (hadFocus) byId('open-login', HTMLButtonElement).focus();
  });
};
