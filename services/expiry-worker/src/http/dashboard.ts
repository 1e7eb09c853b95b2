import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import type { Express } from 'express';

/** Where the dashboard lies; the gateway proxies the same path, so links inside it work unchanged. */
export const DASHBOARD_PATH = '/admin/queues';

/**
 * The page needs nothing from elsewhere: without this rule it fetches fonts from a third party, which would
 * tell that one about every look an administrator takes.
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
 * Shows the queue and, with `allowsActions`, lets operators retry, promote and remove jobs; jobs are only hints, so nothing can
 * be lost.
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
        description: 'Expiry and settlement of holds. Every job is a hint; the sweep is the net.',
      }),
    ],
    serverAdapter,
    options: { uiConfig: { boardTitle: 'FlashReserve queues' } },
  });
  const dashboard: Express = serverAdapter.getRouter();
  return dashboard.disable('x-powered-by');
};
