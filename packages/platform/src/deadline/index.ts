export { type Alarm, createAlarm } from './alarm';
export { limitCalls } from './limit-calls';
export {
  byDeadline,
  earlier,
  endsWithin,
  startTimer,
  untilAborted,
  withinTime,
} from './limits';
