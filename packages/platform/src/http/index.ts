export { type Problem, toHttpStatus, toJsonPointer, toProblem } from './problem';
export { type RunningHttpServer, startHttpServer } from './start-http-server';
