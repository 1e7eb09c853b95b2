// Refusals of the API (RFC 9457), and the few things that go wrong before there is an answer.

/** @import { FieldError, ProblemBody } from './types' */

/** Why a request was not served. Title and detail are for people. */
export class Problem extends Error {
  /** @param {Partial<ProblemBody> & { readonly title: string, readonly detail: string }} body */
  constructor({ title, detail, status = 0, reason = '', errors = [] }) {
    super(detail);
    this.title = title;
    this.detail = detail;
    /** 0 when there was no answer. */
    this.status = status;
    this.reason = reason;
    /** @type {readonly FieldError[]} */
    this.errors = errors;
  }
}

export const noAnswer = () =>
  new Problem({
    title: 'No answer',
    detail: 'The shop cannot be reached. Check your connection and try again.',
    reason: 'NO_ANSWER',
  });

export const signedOut = () =>
  new Problem({ title: 'Logged out', detail: 'Log in to go on.', status: 401 });

/**
 * Makes the problem of an answer that is no success, also of one that a proxy wrote.
 * @param {Response} response
 */
export const problemOf = async (response) => {
  const body = await response.json().catch(() => ({}));
  const {
    title = 'Not possible',
    detail = `The shop answered ${response.status}. Try again in a moment.`,
  } = body;
  return new Problem({ ...body, title, detail, status: response.status });
};

/**
 * What to show for whatever was thrown.
 * @param {unknown} error
 */
export const toProblem = (error) => {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem({
    title: 'Something went wrong',
    detail: 'This page made a mistake. Reload it and try again.',
  });
};
