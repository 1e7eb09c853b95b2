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
  { path, body, form, token = tokens[caller] }: EffectiveRequest,
  options: Pick<RestOptions, 'headers' | 'rawBody'> = {},
): Promise<RestResponse> => {
  const [method = ''] = operationOf(row).split(' ', 1);
  return shop.rest(method, path, {
    ...(token !== undefined && { token }),
    ...(body !== undefined && options.rawBody === undefined && { body }),
    ...(form !== undefined && { rawBody: new URLSearchParams(form).toString() }),
    ...options,
    ...(form !== undefined && {
      headers: { ...options.headers, 'content-type': 'application/x-www-form-urlencoded' },
    }),
  });
};
