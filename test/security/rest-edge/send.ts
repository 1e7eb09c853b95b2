import type { RestOptions, RestResponse } from '../../support/rest-client';
import { operationOf } from './access-table';
import type { Caller } from './callers';
import type { EffectiveRequest } from './effective-requests';
import type { EdgeWorld } from './world';

/** Sends a request to the operation of a row as this caller. */
export const sendAs = (
  { shop, tokens }: EdgeWorld,
  caller: Caller,
  row: string,
  { path, body }: EffectiveRequest,
  options: Pick<RestOptions, 'headers' | 'rawBody'> = {},
): Promise<RestResponse> => {
  const [method = ''] = operationOf(row).split(' ', 1);
  const token = tokens[caller];
  return shop.rest(method, path, {
    ...(token !== undefined && { token }),
    ...(body !== undefined && options.rawBody === undefined && { body }),
    ...options,
  });
};
