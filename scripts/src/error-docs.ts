import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CATALOGUE, ERROR_REASONS } from '@flashreserve/contracts/errors';
import { statusOf } from '@flashreserve/gateway/error-examples';
import { readCheck } from './read-check';
import { reportFailure, TaskError, type TaskInput } from './task';

const escapeCell = (text: string): string => text.replaceAll('|', '\\|');

const render = (): string => {
  const rows = ERROR_REASONS.map((reason) => {
    const { kind, meaning, remedy } = ERROR_CATALOGUE[reason];
    return `| \`${reason}\` | ${statusOf(reason)} | ${kind} | ${escapeCell(meaning)} | ${escapeCell(remedy)} |`;
  });
  return `<!-- Written by \`npm run generate\` from packages/contracts/src/errors/error-catalogue.ts; do not edit. -->

# Errors

Every REST error is \`application/problem+json\` (RFC 9457) with \`type\`, \`title\`, \`status\`, \`detail\`, \`instance\`, \`reason\` and
\`requestId\`, and \`errors: [{ pointer, detail }]\` if fields are invalid. Programs should branch on \`reason\`, whose meaning never changes.
A running gateway serves this list at \`/errors\`.

gRPC errors have the same reasons in \`google.rpc.ErrorInfo\` (\`reason\`, \`domain\`, \`metadata\`) in \`grpc-status-details-bin\`. A few
reasons exist in gRPC only and are documented in the [protos](../proto/flashreserve).

| Reason | HTTP | Kind | Meaning | What to do |
|---|---|---|---|---|
${rows.join('\n')}

## Kinds and statuses

| Kind | gRPC | HTTP |
|---|---|---|
| invalid | INVALID_ARGUMENT | 400 |
| unauthenticated | UNAUTHENTICATED | 401 with \`WWW-Authenticate\` |
| forbidden | PERMISSION_DENIED | 403 |
| not-found | NOT_FOUND | 404 |
| already-exists | ALREADY_EXISTS | 409 |
| precondition | FAILED_PRECONDITION | 409 |
| conflict | ABORTED | 409 |
| exhausted | RESOURCE_EXHAUSTED | 429, or 503 when the server is busy; with \`Retry-After\` |
| unavailable | UNAVAILABLE | 503 with \`Retry-After\` |
| deadline | DEADLINE_EXCEEDED | 504 |
| internal | INTERNAL | 500; contains only the request id |
`;
};

/** Writes docs/errors.md; with `--check` only reports whether the file is up to date. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  const file = join(root, 'docs/errors.md');
  try {
    if (!readCheck('error-docs', 'Writes docs/errors.md.', args)) {
      writeFileSync(file, render());
    } else if (readFileSync(file, 'utf8') !== render()) {
      throw new TaskError('docs/errors.md is out of date: run `npm run generate`.');
    }
  } catch (error) {
    reportFailure(error);
  }
};
