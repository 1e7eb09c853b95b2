import { EMAIL_PAGE, PASSWORD_PAGE } from '../pages/account-pages';
import { defineRoute, html, type TableEntry } from '../route';

const COMMON = {
  tag: 'Accounts',
  services: [],
  access: 'public',
  request: {},
  errors: [],
  method: 'get',
  ignoresQuery: true,
  responses: { 200: { description: 'An HTML page.', mediaType: 'text/html' } },
} as const;

/** The pages that links in mails open. The token is in the fragment, which never gets here. */
export const createAccountPageRoutes = (): readonly TableEntry[] => [
  defineRoute({
    ...COMMON,
    path: '/account/password',
    operationId: 'getPasswordPage',
    summary: 'Page to set a new password',
    description:
      'A browser page: with the token of a link in the fragment a form for a new password, without one a form that has a link sent.',
    handle: async () => html(200, PASSWORD_PAGE),
  }),
  defineRoute({
    ...COMMON,
    path: '/account/email',
    operationId: 'getEmailPage',
    summary: 'Page to confirm an e-mail address',
    description: 'A browser page that confirms a new e-mail address with the token of a link.',
    handle: async () => html(200, EMAIL_PAGE),
  }),
];
