import { type FaultSettings, parseFaultSettings } from '@flashreserve/documentdb-wire';
import type { Environment } from '../processes/environment';
import { textOf } from '../processes/text-of';
import { LocalStoresError } from '../store/local-stores-error';

/** Turns on faults mode: `seed:rate`. See the README of documentdb-wire. */
export const FAULTS_VARIABLE = 'FLASHRESERVE_STORE_FAULTS';

/**
 * The fault settings in the environment; undefined if there are none.
 * @throws {LocalStoresError} If they are malformed.
 */
export function faultsIn(env: Environment): FaultSettings | undefined {
  try {
    return parseFaultSettings(env[FAULTS_VARIABLE]);
  } catch (error) {
    throw new LocalStoresError(`${FAULTS_VARIABLE}: ${textOf(error)}`);
  }
}
