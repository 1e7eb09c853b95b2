import type { Clock, ProcessGroup } from '@flashreserve/ops';
import { type ConfirmBy, readPageFiles } from './page-files';
import { createPageRoute, type PageRoute, type ServeFiles } from './page-route';
import { createPulse, type ServedRequest } from './pulse';
import { createPulseFeed, type PulseFeed } from './pulse-feed';
import { createPulseRoute, type PulseRoute } from './pulse-route';

/** What the page needs from the gateway that serves it. */
export interface LivePageHost {
  /** False: there are no routes, and no requests are counted. */
  readonly isEnabled: boolean;
  /** Who confirms reservations: the page offers it to buyers, or sends them to the shop to pay. */
  readonly confirmBy: ConfirmBy;
  readonly clock: Clock;
  readonly serveFiles: ServeFiles;
  /** The processes of the gateway; one if omitted. */
  readonly processes?: ProcessGroup;
}

/** What the gateway mounts. */
export interface LivePage {
  /** Entries for the gateway's route table, which serves and documents them, in this order. */
  readonly routes: readonly (PulseRoute | PageRoute)[];
  /** The pulse for the gateway's event streams. */
  readonly pulse: PulseFeed;
  /** To be called for every completed request. */
  readonly onServed: (served: ServedRequest) => void;
}

const DISABLED: LivePage = {
  routes: [],
  pulse: { listen: () => () => undefined },
  onServed: () => undefined,
};

/** Creates the live sale page. Its files are read once, here. */
export const createLivePage = (host: LivePageHost): LivePage => {
  const { isEnabled, confirmBy, clock, serveFiles, processes } = host;
  if (!isEnabled) return DISABLED;
  const hasOthers = processes !== undefined && processes.count > 1;
  const pulse = createPulse({ clock, exchange: hasOthers ? processes : undefined });
  return {
    // The page serves the rest of its path, so it comes last.
    routes: [createPulseRoute(pulse), createPageRoute(serveFiles, readPageFiles({ confirmBy }))],
    pulse: createPulseFeed(pulse),
    onServed: pulse.record,
  };
};
