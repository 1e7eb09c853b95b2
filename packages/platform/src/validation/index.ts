export { decodePageToken, encodePageToken } from './page-token';
export { parseMessage, toFieldViolations } from './parse-message';
export { canonicalId, uuid } from './uuid';
