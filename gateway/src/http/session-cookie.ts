/** The cookie that keeps an administrator signed in to the pages under `/admin`. */
const COOKIE_NAME = 'flashreserve_admin';

/** Not readable by scripts, TLS only (browsers exempt localhost), never sent from other sites. */
const ATTRIBUTES = 'Path=/admin; HttpOnly; Secure; SameSite=Strict';

/** Access tokens consist of base64url parts and dots, so they need no escaping. */
export const toSetCookie = (accessToken: string, maxAgeSeconds: number): string =>
  `${COOKIE_NAME}=${accessToken}; Max-Age=${maxAgeSeconds}; ${ATTRIBUTES}`;

export const CLEARING_SET_COOKIE = `${COOKIE_NAME}=; Max-Age=0; ${ATTRIBUTES}`;

/** The access token in a `Cookie` header, as the value of an `Authorization` header. */
export const readAuthorization = (cookieHeader: string | undefined): string | undefined => {
  const prefix = `${COOKIE_NAME}=`;
  const pair = cookieHeader
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(prefix));
  const token = pair?.slice(prefix.length);
  return token ? `Bearer ${token}` : undefined;
};
