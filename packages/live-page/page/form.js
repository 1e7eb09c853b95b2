// Forms that send JSON and show refusals beside themselves.
import { freshId, within } from './dom.js';
import { toProblem } from './problem.js';

/** @import { Problem } from './problem.js' */

/** @param {HTMLElement} place */
export const hideProblem = (place) => {
  place.hidden = true;
  place.replaceChildren();
};

/**
 * Shows a refusal; its place is an alert, so that it is read out at once.
 * @param {HTMLElement} place
 * @param {Problem} problem
 */
export const showProblem = (place, problem) => {
  const title = document.createElement('strong');
  title.textContent = problem.title;
  const details = problem.errors.length === 0 ? problem.detail : fieldSentences(problem);
  place.replaceChildren(title, details);
  place.hidden = false;
};

/** @param {Problem} problem */
const fieldSentences = ({ errors }) =>
  errors.map(({ pointer, detail }) => `${pointer.split('/').at(-1) ?? ''} ${detail}.`).join(' ');

/**
 * Runs an action with its button busy. A press while it is busy does nothing; the button stays focusable.
 * @param {{ readonly button: HTMLElement, readonly place: HTMLElement }} parts
 * @param {() => Promise<void>} action
 * @returns {Promise<Problem | undefined>} what was refused
 */
export const runAction = async ({ button, place }, action) => {
  if (button.getAttribute('aria-busy') === 'true') return undefined;
  button.setAttribute('aria-busy', 'true');
  hideProblem(place);
  try {
    await action();
    return undefined;
  } catch (error) {
    const problem = toProblem(error);
    showProblem(place, problem);
    return problem;
  } finally {
    button.removeAttribute('aria-busy');
  }
};

/**
 * Marks the fields that a problem names, and goes to the first of them.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} place
 * @param {Problem | undefined} problem
 */
const markFields = (form, place, problem) => {
  for (const field of form.querySelectorAll('[aria-invalid]')) {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-errormessage');
  }
  const named = (problem?.errors ?? []).flatMap(({ pointer }) => [
    ...form.querySelectorAll(`[data-pointer="${CSS.escape(pointer)}"]`),
  ]);
  for (const field of named) {
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-errormessage', place.id);
  }
  const [first] = named;
  if (first instanceof HTMLElement) first.focus();
};

/**
 * Makes a form run an action with its fields. What the browser finds wrong is not sent.
 * @param {HTMLFormElement} form
 * @param {(fields: Readonly<Record<string, string>>) => Promise<void>} action
 */
export const onSubmit = (form, action) => {
  const button = within(form, 'button[type=submit]', HTMLButtonElement);
  const place = within(form, '.problem', HTMLElement);
  place.id ||= freshId();
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    /** @type {Record<string, string>} */
    const fields = {};
    for (const [name, value] of new FormData(form)) fields[name] = String(value);
    markFields(form, place, undefined);
    markFields(form, place, await runAction({ button, place }, () => action(fields)));
  });
};
