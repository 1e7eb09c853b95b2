export { type Alarm, createAlarm } from './alarm';
