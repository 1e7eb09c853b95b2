import { ERROR_CATALOGUE, ERROR_REASONS, type ErrorReason } from '@flashreserve/contracts/errors';
import { toProblemType } from '@flashreserve/ops';
import { statusOf } from '../error-examples';
import { escapeHtml, type Page, renderPage } from './page';

/** Escapes text and renders text in backquotes as code. */
const toHtml = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

const renderReason = (reason: ErrorReason): string => {
  const { meaning, remedy, example } = ERROR_CATALOGUE[reason];
  const anchor = toProblemType(reason).split('#')[1] ?? '';
  return `<section id="${anchor}">
<h2>${reason} <small>${statusOf(reason)}</small></h2>
<p>${toHtml(meaning)}</p>
<p><strong>What to do:</strong> ${toHtml(remedy)}</p>
<p><small>For example: “${toHtml(example)}”</small></p>
</section>`;
};

/** The page that the `type` of every problem refers to. */
export const renderErrorsPage = (): Page =>
  renderPage({
    title: 'FlashReserve: error reasons',
    body: `<p>Every error is <code>application/problem+json</code> (RFC 9457) with a stable <code>reason</code>.</p>
${ERROR_REASONS.map(renderReason).join('\n')}`,
  });
