/** RFC 9457 problem details with our extension members. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly reason: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly [metadata: string]: unknown;
}

/**
 * Path of the gateway's page that explains every reason. A relative reference, so it holds on any
 * host.
 */
const ERROR_DOCS_URL = '/errors';

/** The `type` of a reason's problems, and the anchor under which `errorDocsUrl` explains it. */
export const toProblemType = (reason: string, errorDocsUrl: string = ERROR_DOCS_URL): string =>
  `${errorDocsUrl}#${reason.toLowerCase().replaceAll('_', '-')}`;

/** A summary that is the same for every problem of a type, as RFC 9457 requires: "Out of stock". */
const titleOf = (reason: string): string =>
  `${reason.slice(0, 1)}${reason.slice(1).toLowerCase().replaceAll('_', ' ')}`;

/** What differs from problem to problem. */
export interface ProblemFacts {
  readonly status: number;
  readonly reason: string;
  readonly detail: string;
  readonly instance: string;
  readonly requestId: string;
  /**
   * The page that `type` points into; without it `type` is a relative reference, which RFC 9457
   * allows.
   */
  readonly errorDocsUrl?: string | undefined;
}

/** Creates a problem without `errors` and extension members. */
export const createProblem = (facts: ProblemFacts): Problem => {
  const { status, reason, detail, instance, requestId, errorDocsUrl } = facts;
  const type = toProblemType(reason, errorDocsUrl);
  return { type, title: titleOf(reason), status, detail, instance, reason, requestId };
};
