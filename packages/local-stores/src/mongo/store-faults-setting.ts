import { type FaultSettings, parseFaultSettings } from '../documentdb/wire/faults';
import { LocalStoresError, textOf } from '../local-stores-error';
import type { Environment } from '../options';

/** Makes the store fail as a replica set in trouble: `seed:rate`. See the README. */
export const FAULTS_VARIABLE = 'FLASHRESERVE_STORE_FAULTS';

/**
 * The faults that the environment asks for.
 * @throws {LocalStoresError} When they cannot be read.
 */
export function faultsIn(env: Environment): FaultSettings | undefined {
  try {
    return parseFaultSettings(env[FAULTS_VARIABLE]);
  } catch (error) {
    throw new LocalStoresError(`${FAULTS_VARIABLE}: ${textOf(error)}`);
  }
}
