import { Counter, type Metrics } from '@flashreserve/ops';
import type { ServedRequest } from '../http/middleware/request-scope';

/** API clients with series of their own in a process; further ones count as "other". */
const CLIENTS_MAX = 100;
const OTHER = 'other';

/**
 * Counts the requests of API clients by client and class of status. The label is the client id,
 * which is unique and plain, and never the name. Requests of other callers cost nothing.
 */
export const createClientMetrics = (metrics: Metrics): ((served: ServedRequest) => void) => {
  const requests = new Counter({
    name: 'flashreserve_api_client_requests_total',
    help: 'Completed requests of API clients, by client and class of status (`2xx`).',
    labelNames: ['client_id', 'status'] as const,
    registers: [metrics],
  });
  const known = new Set<string>();
  return ({ clientId, status }) => {
    if (clientId === undefined) return;
    if (known.size < CLIENTS_MAX) known.add(clientId);
    requests.inc({
      client_id: known.has(clientId) ? clientId : OTHER,
      status: `${Math.floor(status / 100)}xx`,
    });
  };
};
