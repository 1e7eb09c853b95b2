export { decodePageToken, encodePageToken } from './page-token';
export { parseMessage, parseRequest, toFieldViolations } from './parse-request';
