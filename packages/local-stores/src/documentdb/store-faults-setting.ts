import { type FaultSettings, parseFaultSettings } from '@flashreserve/documentdb-wire';
import type { Environment } from '../processes/environment';
import { textOf } from '../processes/text-of';
import { LocalStoresError } from '../store/local-stores-error';

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
