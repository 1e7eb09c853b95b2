import { join, resolve } from 'node:path';
import { Root, Service, type Type } from 'protobufjs';

const PROTO_ROOT = resolve(__dirname, '../../../proto');
const PROTO_FILES = {
  auth: 'flashreserve/auth/v1/auth_service.proto',
  catalog: 'flashreserve/catalog/v1/catalog_service.proto',
  reservation: 'flashreserve/reservation/v1/reservation_service.proto',
} as const;

export type ServiceName = keyof typeof PROTO_FILES;

/** An RPC according to its proto file. */
export interface Rpc {
  readonly service: ServiceName;
  readonly name: string;
  /** Path of the call, for example `/flashreserve.auth.v1.AuthService/Login`. */
  readonly path: string;
  readonly isStream: boolean;
  readonly request: Type;
  readonly response: Type;
}

const SERVICE_NAMES = Object.keys(PROTO_FILES) as readonly ServiceName[];

const rpcsOf = (service: ServiceName): readonly Rpc[] => {
  const root = new Root();
  // Google's well-known types are part of protobufjs.
  root.resolvePath = (_origin, target) =>
    target.startsWith('google/protobuf/')
      ? target
      : join(PROTO_ROOT, target.replace(PROTO_ROOT, ''));
  root.loadSync(PROTO_FILES[service], { keepCase: true }).resolveAll();
  const namespace = root.lookup(`flashreserve.${service}.v1`);
  const found = namespace !== null && 'nestedArray' in namespace ? namespace.nestedArray : [];
  return (found as readonly object[])
    .filter((entry): entry is Service => entry instanceof Service)
    .flatMap((described) =>
      described.methodsArray.map((method): Rpc => {
        if (method.resolvedRequestType === null || method.resolvedResponseType === null) {
          throw new TypeError(`${method.fullName} has no types.`);
        }
        return {
          service,
          name: method.name,
          path: `/${described.fullName.slice(1)}/${method.name}`,
          isStream: method.responseStream === true,
          request: method.resolvedRequestType,
          response: method.resolvedResponseType,
        };
      }),
    );
};

/** Every RPC of every service, read from the proto files and not from generated code. */
export const readRpcs = (): readonly Rpc[] => SERVICE_NAMES.flatMap(rpcsOf);
