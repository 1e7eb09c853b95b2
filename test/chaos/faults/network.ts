import { setTimeout as pause } from 'node:timers/promises';
import type { FaultKind } from './fault';

const DELAY_MS = { min: 30, max: 500 };
const LASTS_MS = { min: 1_500, max: 5_000 };

/** Breaks every open connection at once, with whatever is in flight on it. */
export const cutConnections: FaultKind = ({ site, random }) => {
  const { name, proxy } = random.pick(site.network.links);
  return {
    name: 'cut',
    target: name,
    run: async () => {
      proxy.cut();
    },
  };
};

/** Refuses connections for some seconds. */
export const partition: FaultKind = ({ site, random }) => {
  const { name, proxy } = random.pick(site.network.links);
  const ms = random.between(LASTS_MS.min, LASTS_MS.max);
  return {
    name: 'partition',
    target: name,
    detail: { ms },
    run: async () => {
      proxy.setMode('refuse');
      await pause(ms);
      proxy.setMode('pass');
    },
  };
};

/** Connections stay open and transmit nothing for some seconds. */
export const blackHole: FaultKind = ({ site, random }) => {
  const { name, proxy } = random.pick(site.network.links);
  const ms = random.between(LASTS_MS.min, LASTS_MS.max);
  return {
    name: 'black-hole',
    target: name,
    detail: { ms },
    run: async () => {
      proxy.setMode('freeze');
      await pause(ms);
      proxy.setMode('pass');
    },
  };
};

/** Delays everything in both directions. */
export const delayBytes: FaultKind = ({ site, random }) => {
  const { name, proxy } = random.pick(site.network.links);
  const delayMs = random.between(DELAY_MS.min, DELAY_MS.max);
  const ms = random.between(LASTS_MS.min, LASTS_MS.max);
  return {
    name: 'delay',
    target: name,
    detail: { delayMs, ms },
    run: async () => {
      proxy.setDelay(delayMs);
      await pause(ms);
      proxy.setDelay(0);
    },
  };
};

const HELD_MS = { min: 300, max: 2_000 };

/** Requests arrive and are executed; their replies are lost. */
export const dropReplies: FaultKind = ({ site, random }) => {
  const { name, proxy } = random.pick(site.network.links);
  const ms = random.between(HELD_MS.min, HELD_MS.max);
  return {
    name: 'drop-replies',
    target: name,
    detail: { ms },
    run: async () => {
      proxy.setMode('hold-replies');
      await pause(ms);
      proxy.cut();
      proxy.setMode('pass');
    },
  };
};
