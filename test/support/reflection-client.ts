import {
  createFileRegistry,
  type DescMethod,
  type FileRegistry,
  fromBinary,
  fromJson,
  type JsonObject,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import {
  Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const DEADLINE_MS = 10_000;

interface ReflectionResponse {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
  readonly errorResponse?: { readonly errorMessage: string };
}

/** A client that knows only the address of a server, and rejects incomplete descriptors. */
export interface ReflectionClient {
  readonly listServices: () => Promise<readonly string[]>;
  /** All files that the service's own file needs, each requested by its import name. */
  readonly describe: (serviceName: string) => Promise<FileRegistry>;
  /** Calls a unary method using only its descriptor. */
  readonly call: (
    serviceName: string,
    methodName: string,
    request: JsonObject,
    token?: string,
  ) => Promise<JsonValue>;
  readonly close: () => void;
}

const deadline = (): Date => new Date(Date.now() + DEADLINE_MS);

const connectReflection = (target: string): Client => {
  const { grpc } = loadPackageDefinition(
    loadSync(require.resolve('@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto')),
  ) as unknown as {
    grpc: { reflection: { v1: { ServerReflection: ServiceClientConstructor } } };
  };
  return new grpc.reflection.v1.ServerReflection(target, credentials.createInsecure());
};

const methodOf = (registry: FileRegistry, serviceName: string, name: string): DescMethod => {
  const method = registry.getService(serviceName)?.methods.find((known) => known.name === name);
  if (method === undefined) throw new Error(`${serviceName} has no method ${name}.`);
  return method;
};

export const createReflectionClient = (target: string): ReflectionClient => {
  const reflection = connectReflection(target);
  const plain = new Client(target, credentials.createInsecure());

  const ask = (request: Readonly<Record<string, string>>): Promise<ReflectionResponse> =>
    new Promise((resolve, reject) => {
      const open = (reflection as unknown as Record<string, (options: object) => unknown>)[
        'ServerReflectionInfo'
      ];
      const stream = open?.call(reflection, { deadline: deadline() }) as NodeJS.ReadWriteStream;
      stream.on('error', reject);
      stream.on('data', (response: ReflectionResponse) => {
        stream.end();
        const { errorResponse } = response;
        if (errorResponse) reject(new Error(errorResponse.errorMessage));
        else resolve(response);
      });
      stream.write(request as unknown as string);
    });

  const filesOf = async (request: Readonly<Record<string, string>>) =>
    ((await ask(request)).fileDescriptorResponse?.fileDescriptorProto ?? []).map((bytes) =>
      fromBinary(FileDescriptorProtoSchema, bytes),
    );

  const describe = async (serviceName: string): Promise<FileRegistry> => {
    const [start] = await filesOf({ fileContainingSymbol: serviceName });
    if (start === undefined) throw new Error(`Nothing describes ${serviceName}.`);
    const files = new Map<string, FileDescriptorProto>([[start.name, start]]);
    for (const { dependency } of files.values()) {
      for (const name of dependency) {
        if (files.has(name)) continue;
        const found = (await filesOf({ fileByFilename: name })).find((file) => file.name === name);
        if (found === undefined) throw new Error(`${name} is imported and not described.`);
        files.set(name, found);
      }
    }
    return createFileRegistry(start, (name) => files.get(name));
  };

  return {
    listServices: async () =>
      (await ask({ listServices: '*' })).listServicesResponse?.service.map(({ name }) => name) ??
      [],
    describe,
    call: async (serviceName, methodName, request, token) => {
      const registry = await describe(serviceName);
      const { input, output } = methodOf(registry, serviceName, methodName);
      const metadata = new Metadata();
      if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
      return new Promise((resolve, reject) => {
        plain.makeUnaryRequest(
          `/${serviceName}/${methodName}`,
          (json: JsonObject) => Buffer.from(toBinary(input, fromJson(input, json, { registry }))),
          (bytes: Buffer) => toJson(output, fromBinary(output, bytes), { registry }),
          request,
          metadata,
          { deadline: deadline() },
          (error, response) => {
            if (error !== null) reject(error);
            else resolve(response ?? null);
          },
        );
      });
    },
    close: () => {
      reflection.close();
      plain.close();
    },
  };
};
