import { isDuplicateKey } from '@flashreserve/platform/mongo';
import type { SigningKeyRepository } from '../application/ports';
import type { AuthModels } from './models';

const KEYS_MAX = 10;

/** Signing keys in MongoDB, private halves encrypted. */
export const createSigningKeyRepository = ({
  signingKeys,
}: Pick<AuthModels, 'signingKeys'>): SigningKeyRepository => ({
  list: async () => {
    const found = await signingKeys.find().sort({ _id: -1 }).limit(KEYS_MAX).lean().exec();
    return found.map(({ _id, ...fields }) => ({ generation: _id, ...fields }));
  },
  insertIfAbsent: async ({ generation, ...fields }) => {
    try {
      await signingKeys.create({ _id: generation, ...fields });
    } catch (error) {
      // Another instance was first; its key is as good.
      if (!isDuplicateKey(error)) throw error;
    }
  },
});
