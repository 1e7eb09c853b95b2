import { isDuplicateKey, limitStoreCalls } from '@flashreserve/store';
import type { SigningKeyRepository } from '../application/ports';
import { KEYS_MAX } from '../domain/signing-key';
import type { AuthModels } from './models';

/** Signing keys in MongoDB, with encrypted private keys. */
export const createSigningKeyRepository = ({
  signingKeys,
}: Pick<AuthModels, 'signingKeys'>): SigningKeyRepository =>
  limitStoreCalls({
    list: async () => {
      const found = await signingKeys.find().sort({ _id: -1 }).limit(KEYS_MAX).lean().exec();
      return found.map(({ _id, ...fields }) => ({ generation: _id, ...fields }));
    },
    insertIfAbsent: async ({ generation, ...fields }) => {
      try {
        await signingKeys.create({ _id: generation, ...fields });
        return true;
      } catch (error) {
        // Another instance stored its key first; that key is used instead.
        if (!isDuplicateKey(error)) throw error;
        return false;
      }
    },
    remove: async (generations) => {
      if (generations.length === 0) return;
      await signingKeys.deleteMany({ _id: { $in: [...generations] } }).exec();
    },
  });
