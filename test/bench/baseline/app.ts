import type { KeyObject } from 'node:crypto';
import type { Queue } from 'bullmq';
import express, { type Express, type Response } from 'express';
import { v7 } from 'uuid';
import { z } from 'zod';
import { authenticate, type User } from './authenticate';
import { toProduct, toReservation } from './mappers';
import type { Models, ReservationDocument } from './models';

export interface AppDeps {
  readonly models: Models;
  readonly queue: Queue<ExpiryJob>;
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly ttlSeconds: number;
}

/** The data of an expiry job. */
export interface ExpiryJob {
  readonly reservationId: string;
}

const productBody = z.strictObject({
  name: z.string().min(1).max(200),
  price: z.number().min(0),
  stockQuantity: z.int().min(0).max(1_000_000_000),
});
const reserveBody = z.strictObject({ quantity: z.int().min(1).max(100).default(1) });
const listQuery = z.object({ pageSize: z.coerce.number().int().min(1).max(100).default(20) });

const refuse = (response: Response, status: number, reason: string, detail: string): void => {
  response
    .status(status)
    .type('application/problem+json')
    .json({
      type: `/errors#${reason.toLowerCase().replaceAll('_', '-')}`,
      title: status === 409 ? 'Conflict' : status === 404 ? 'Not Found' : 'Bad Request',
      status,
      detail,
      instance: `urn:flashreserve:request:${v7()}`,
      reason,
    });
};

const userOf = (response: Response): User => response.locals['user'] as User;

const addProductRoutes = (app: Express, { models, keys }: AppDeps): void => {
  app.post('/products', authenticate(keys), async (request, response) => {
    if (userOf(response).role !== 'ADMIN') {
      refuse(response, 403, 'ADMIN_REQUIRED', 'Only an administrator may do this.');
      return;
    }
    const body = productBody.parse(request.body);
    const product = await models.products.create({
      _id: v7(),
      name: body.name,
      price: body.price,
      currency: 'USD',
      available: body.stockQuantity,
      initialStock: body.stockQuantity,
    });
    response.status(201).json(toProduct(product));
  });

  app.get('/products', async (request, response) => {
    const { pageSize } = listQuery.parse(request.query);
    const found = await models.products.find().sort({ _id: -1 }).limit(pageSize).lean().exec();
    response.json({ items: found.map(toProduct), nextPageToken: found.at(-1)?._id ?? null });
  });
};

/** Ends a pending reservation of its customer; null if there is none with this id. */
const endReservation = (
  { reservations }: Models,
  customerId: string,
  reservationId: string,
  end: (now: Date) => Pick<ReservationDocument, 'status' | 'confirmedAt' | 'cancelledAt'>,
) => {
  const now = new Date();
  return reservations
    .findOneAndUpdate(
      { _id: reservationId, customerId, status: 'PENDING', expiresAt: { $gt: now } },
      end(now),
      { returnDocument: 'after' },
    )
    .lean()
    .exec();
};

const addEndRoutes = (app: Express, { models, keys }: AppDeps): void => {
  app.post(
    '/reservations/confirm/:reservationId',
    authenticate(keys),
    async (request, response) => {
      const id = String(request.params['reservationId']);
      const confirmed = await endReservation(models, userOf(response).id, id, (now) => ({
        status: 'CONFIRMED',
        confirmedAt: now,
      }));
      if (confirmed === null) {
        refuse(response, 409, 'RESERVATION_EXPIRED', 'The reservation cannot be confirmed.');
        return;
      }
      response.json(toReservation(confirmed));
    },
  );

  app.post('/reservations/cancel/:reservationId', authenticate(keys), async (request, response) => {
    const id = String(request.params['reservationId']);
    const cancelled = await endReservation(models, userOf(response).id, id, (now) => ({
      status: 'CANCELLED',
      cancelledAt: now,
    }));
    if (cancelled === null) {
      refuse(response, 409, 'RESERVATION_EXPIRED', 'The reservation cannot be cancelled.');
      return;
    }
    await models.products
      .updateOne({ _id: cancelled.productId }, { $inc: { available: cancelled.quantity } })
      .exec();
    response.json(toReservation(cancelled));
  });
};

const addReserveRoute = (app: Express, { models, queue, keys, ttlSeconds }: AppDeps): void => {
  app.post('/reservations/:productId', authenticate(keys), async (request, response) => {
    const { quantity } = reserveBody.parse(request.body);
    const productId = String(request.params['productId']);
    const product = await models.products
      .findOneAndUpdate(
        { _id: productId, available: { $gte: quantity } },
        { $inc: { available: -quantity } },
        { projection: { _id: 1 } },
      )
      .lean()
      .exec();
    if (product === null) {
      refuse(
        response,
        409,
        'OUT_OF_STOCK',
        `Product ${productId} does not have ${quantity} available unit(s).`,
      );
      return;
    }
    const reservation = await models.reservations.create({
      _id: v7(),
      customerId: userOf(response).id,
      productId,
      quantity,
      status: 'PENDING',
      expiresAt: new Date(Date.now() + ttlSeconds * 1000),
    });
    await queue.add(
      'expire',
      { reservationId: reservation._id },
      { jobId: `expire-${reservation._id}`, delay: ttlSeconds * 1000 },
    );
    response
      .status(201)
      .location(`/reservations/${reservation._id}`)
      .json(toReservation(reservation));
  });
};

/**
 * The monolith's routes: one conditional update, one insert and one `queue.add` per reservation.
 */
export const createApp = (deps: AppDeps): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '64kb' }));
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  addProductRoutes(app, deps);
  addEndRoutes(app, deps);
  addReserveRoute(app, deps);
  app.use(
    (error: unknown, _request: express.Request, response: Response, next: express.NextFunction) => {
      if (error instanceof z.ZodError) refuse(response, 400, 'INVALID_REQUEST', error.message);
      else next(error);
    },
  );
  return app;
};
