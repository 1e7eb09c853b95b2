// Loaded before a component's own code (node --require): shifts its clock by CLOCK_SKEW_MS from the
// start, which no configuration of the component can do.
'use strict';

// biome-ignore lint/style/noProcessEnv: it is loaded before any configuration.
const skewMs = Number(process.env.CLOCK_SKEW_MS ?? '0');

if (skewMs !== 0) {
  const TrueDate = Date;
  class SkewedDate extends TrueDate {
    constructor(...args) {
      if (args.length === 0) super(TrueDate.now() + skewMs);
      else super(...args);
    }

    static now() {
      return TrueDate.now() + skewMs;
    }
  }
  // Libraries identify types by name.
  Object.defineProperty(SkewedDate, 'name', { value: 'Date' });
  globalThis.Date = SkewedDate;
}
