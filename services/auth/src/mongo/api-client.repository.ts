import { inTransaction, isDuplicateKey, limitStoreCalls } from '@flashreserve/store';
import type { ApiClientRepository } from '../application/ports';
import { toApiClient } from './api-client.document';
import { insertClientIn, repeatCreationIn } from './create-client';
import type { AuthModels } from './models';
import { revokeClientIn } from './revoke-client';
import { rotateSecretIn } from './rotate-secret';

/** API clients in MongoDB. */
export const createApiClientRepository = (models: AuthModels): ApiClientRepository => {
  const { connection, apiClients } = models;
  return limitStoreCalls({
    insert: async (creation) => {
      try {
        return await inTransaction(connection, (session) =>
          insertClientIn(models, creation, session),
        );
      } catch (error) {
        // A concurrent request with the same id was first.
        if (creation.requestId === undefined || !isDuplicateKey(error)) throw error;
        return 'repeated';
      }
    },
    repeatCreation: (creation) =>
      inTransaction(connection, (session) => repeatCreationIn(models, creation, session)),
    findById: async (clientId) => {
      const found = await apiClients.findById(clientId).lean().exec();
      return found === null ? undefined : toApiClient(found);
    },
    list: async ({ after, limit }) => {
      const found = await apiClients
        .find(after === undefined ? {} : { _id: { $lt: after } })
        .sort({ _id: -1 })
        .limit(limit)
        .lean()
        .exec();
      return found.map(toApiClient);
    },
    rotateSecret: (rotation) =>
      inTransaction(connection, (session) => rotateSecretIn(models, rotation, session)),
    revoke: (clientId, now) =>
      inTransaction(connection, (session) => revokeClientIn(models, { clientId, now }, session)),
    noteUse: async (clientId, lastUsedAt) => {
      await apiClients.updateOne({ _id: clientId }, { $max: { lastUsedAt } }).exec();
    },
  });
};
