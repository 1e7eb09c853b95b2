// Accepted, refused and answer times, second by second.
import { createLatencyChart, createRateChart, SPAN } from './charts.js';
import { byId, setText } from './dom.js';
import { formatCount, formatMs } from './format.js';

/** @import { PulseSecond } from './types' */

/** @param {{ readonly isPaused: () => boolean }} parts */
export const createPulseView = ({ isPaused }) => {
  const [accepted, refused, p50, p99] = [
    byId('pulse-accepted', HTMLElement),
    byId('pulse-refused', HTMLElement),
    byId('pulse-p50', HTMLElement),
    byId('pulse-p99', HTMLElement),
  ];
  const rateChart = createRateChart(byId('rate-chart', HTMLElement));
  const latencyChart = createLatencyChart(byId('latency-chart', HTMLElement));
  /** @type {PulseSecond[]} */
  let seconds = [];

  const draw = () => {
    const last = seconds.at(-1);
    if (last === undefined || isPaused()) return;
    // The newest second that was measured stays readable through the quiet ones after it.
    const measured = seconds.findLast((second) => second.p50Ms !== null);
    setText(accepted, `${formatCount(last.accepted)}/s`);
    setText(refused, `${formatCount(last.refused + last.failed)}/s`);
    setText(p50, formatMs(measured?.p50Ms ?? null));
    setText(p99, formatMs(measured?.p99Ms ?? null));
    const x = seconds.map(({ time }) => time - last.time);
    rateChart.show(
      x,
      seconds.map((second) => second.accepted),
      seconds.map((second) => second.refused + second.failed),
    );
    latencyChart.show(
      x,
      seconds.map((second) => second.p50Ms),
      seconds.map((second) => second.p99Ms),
    );
  };

  return {
    /** The newest second that is known, 0 at first. */
    newest: () => seconds.at(-1)?.time ?? 0,
    /**
     * Takes seconds in. After a reconnection they may come from another gateway: its history replaces what overlaps.
     * @param {readonly PulseSecond[]} given oldest first
     */
    add: (given) => {
      const [first] = given;
      if (first === undefined) return;
      const kept = seconds.filter(({ time }) => time < first.time);
      const newest = given.at(-1)?.time ?? 0;
      seconds = [...kept, ...given].filter(({ time }) => time > newest - SPAN - 1);
      draw();
    },
  };
};
