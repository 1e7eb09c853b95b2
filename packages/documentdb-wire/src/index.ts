export { ENGINE_SETTINGS } from './engine/engine-settings';
export { installExtension } from './engine/extension';
export { type FaultSettings, parseFaultSettings } from './faults/faults';
export {
  WIRE_SERVER_ENTRY,
  type WireServerProcess,
  wireServerArguments,
} from './process-arguments';
export { createMessageSplitter, encodeReply, parseRequest } from './protocol/message';
export { answersPing } from './protocol/ping';
