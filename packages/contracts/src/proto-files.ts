import { resolve } from 'node:path';

/**
 * Folder of the `.proto` files, for reflection and dynamic tools. Holds from `src` and from `dist`,
 * because both lie one level below the package.
 */
export const PROTO_ROOT: string = resolve(__dirname, '../../../proto');

/** Every service definition, relative to `PROTO_ROOT`. */
export const PROTO_FILES = {
  auth: 'flashreserve/auth/v1/auth_service.proto',
  catalog: 'flashreserve/catalog/v1/catalog_service.proto',
  reservation: 'flashreserve/reservation/v1/reservation_service.proto',
} as const;
