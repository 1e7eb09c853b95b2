import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import type { Express } from 'express';

/** Path of the dashboard. The gateway proxies the same path, so links inside it work unchanged. */
export const DASHBOARD_PATH = '/admin/queues';

/**
 * Allows no third-party requests: the page would otherwise fetch fonts from another host, which
 * would reveal every visit of an administrator.
 */
export const DASHBOARD_CSP = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

/**
 * Shows the queue and, with `allowsActions`, lets operators retry, promote and remove jobs. Jobs
 * are only hints, so nothing can be lost.
 */
export const createDashboard = (
  queue: Queue,
  { allowsActions }: { readonly allowsActions: boolean },
): Express => {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(DASHBOARD_PATH);
  createBullBoard({
    queues: [
      new BullMQAdapter(queue, {
        readOnlyMode: !allowsActions,
        allowRetries: allowsActions,
        description: 'Expiry and settlement of holds. Jobs are hints; the sweep is the safety net.',
      }),
    ],
    serverAdapter,
    options: { uiConfig: { boardTitle: 'FlashReserve queues' } },
  });
  const dashboard: Express = serverAdapter.getRouter();
  return dashboard.disable('x-powered-by');
};
