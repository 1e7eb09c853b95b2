/** The credentials of an API client. */
export interface ApiKey {
  readonly clientId: string;
  readonly clientSecret: string;
}

const PREFIX = 'fr';
/** Client ids have no underscore; secrets, in base64url, may have some. */
const API_KEY = new RegExp(`^${PREFIX}_([a-z0-9]{1,64})_([\\w-]{1,1024})$`);

/** An API client's id and secret as one text, `fr_<clientId>_<secret>`, for use as Bearer token. */
export const formatApiKey = ({ clientId, clientSecret }: ApiKey): string =>
  `${PREFIX}_${clientId}_${clientSecret}`;

/** The parts of an API key; undefined for any other text, such as an access token. */
export const parseApiKey = (text: string): ApiKey | undefined => {
  const [, clientId, clientSecret] = API_KEY.exec(text) ?? [];
  return clientId === undefined || clientSecret === undefined
    ? undefined
    : { clientId, clientSecret };
};
