export { recordSpans, type SpanRecorder } from './record-spans';
