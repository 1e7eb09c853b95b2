export { decodePageToken, encodePageToken } from './page-token';
export { parseRequest, toFieldViolations } from './parse-request';
