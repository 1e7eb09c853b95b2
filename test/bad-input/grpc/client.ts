import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { World } from '../world';
import type { BadCall } from './call-arbitrary';

export interface CallAnswer {
  readonly code: status;
  readonly details: string;
  /** `grpc-status-details-bin`, if present. */
  readonly packed: Buffer | undefined;
  readonly response: Buffer | undefined;
}

const DEADLINE_MS = 20_000;
const asIs = (bytes: Buffer): Buffer => bytes;

const toAnswer = (error: ServiceError): CallAnswer => {
  const packed = error.metadata?.get('grpc-status-details-bin')[0];
  return {
    code: error.code,
    details: error.details,
    packed: Buffer.isBuffer(packed) ? packed : undefined,
    response: undefined,
  };
};

const succeeded = (response: Buffer | undefined): CallAnswer => ({
  code: status.OK,
  details: '',
  packed: undefined,
  response,
});

/** Clients that send bytes unchanged, one per service. */
export const createByteClients = (world: World) => {
  const clients = {
    auth: new Client(world.targets.auth, credentials.createInsecure()),
    catalog: new Client(world.targets.catalog, credentials.createInsecure()),
    reservation: new Client(world.targets.reservation, credentials.createInsecure()),
  };
  const metadataOf = ({ role, metadata }: BadCall): Metadata => {
    const made = new Metadata();
    const token = world.tokens[role];
    if (token !== undefined) made.set('authorization', `Bearer ${token}`);
    for (const [name, value] of metadata) made.add(name, value);
    return made;
  };
  const call = (bad: BadCall): Promise<CallAnswer> =>
    new Promise((resolve) => {
      const { path, service, isStream } = bad.rpc;
      const options = { deadline: Date.now() + DEADLINE_MS };
      const client = clients[service];
      if (!isStream) {
        const done = (error: ServiceError | null, response?: Buffer): void => {
          resolve(error ? toAnswer(error) : succeeded(response));
        };
        client.makeUnaryRequest(path, asIs, asIs, bad.request, metadataOf(bad), options, done);
        return;
      }
      const stream = client.makeServerStreamRequest(
        path,
        asIs,
        asIs,
        bad.request,
        metadataOf(bad),
        options,
      );
      // The first message shows that the call was accepted; the stream would not end by itself.
      stream.once('data', (response: Buffer) => {
        resolve(succeeded(response));
        stream.cancel();
      });
      stream.on('error', (error: ServiceError) => {
        resolve(toAnswer(error));
      });
      stream.once('end', () => {
        resolve(succeeded(undefined));
      });
    });
  return {
    call,
    close: () => {
      for (const client of Object.values(clients)) client.close();
    },
  };
};
