import { isDuplicateKey, repeatOnOutage } from '@flashreserve/store';

/**
 * Creates a guard document if it is missing. Done at startup, because a concurrent insert inside a
 * transaction can fail permanently.
 */
export const prepareGuard = async (upsert: () => Promise<unknown>): Promise<void> => {
  try {
    await repeatOnOutage(upsert);
  } catch (error) {
    // Another instance, or an earlier attempt without a reply, inserted it.
    if (!isDuplicateKey(error)) throw error;
  }
};
