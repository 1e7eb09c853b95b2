export { EMAIL_LENGTH_MAX, emailAddress, normaliseEmail } from './email-address';
export { decodePageToken, encodePageToken } from './page-token';
export { parseMessage, toFieldViolations } from './parse-message';
export { passwordText } from './password-text';
export { shownText, wellFormed } from './shown-text';
export { canonicalId, uuid } from './uuid';
