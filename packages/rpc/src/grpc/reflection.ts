import { createFileRegistry, type DescFile, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { FILE_DESCRIPTOR_SET } from '@flashreserve/contracts/descriptors';
import type { EnumTypeDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';

/** Services of every server besides its own. */
const COMMON_SERVICES = [
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
] as const;
/**
 * Types in `grpc-status-details-bin`: no service imports them, but tools need them to show errors.
 */
const ERROR_FILES = ['google/rpc/status', 'google/rpc/error_details'] as const;

const withImports = (files: readonly DescFile[]): ReadonlySet<DescFile> => {
  const found = new Set(files);
  // Iterating a Set also visits the elements added during iteration.
  for (const { dependencies } of found) for (const file of dependencies) found.add(file);
  return found;
};

/**
 * Creates server reflection for this service, health checking and reflection. Files are served as
 * compiled, with their names and imports. (`@grpc/proto-loader` merges files by package and drops
 * their imports, which strict clients reject.)
 */
export const createReflection = (serviceName: string): ReflectionService => {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, FILE_DESCRIPTOR_SET));
  const services = [serviceName, ...COMMON_SERVICES];
  const filesOfServices = services.map((name) => {
    const file = registry.getService(name)?.file;
    if (file === undefined) throw new Error(`The contracts do not describe ${name}.`);
    return file;
  });
  const errorFiles = [...registry.files].filter(({ name }) => ERROR_FILES.some((f) => f === name));
  const files = withImports([...filesOfServices, ...errorFiles]);
  const fileDescriptorProtos = [...files].map(({ proto }) =>
    Buffer.from(toBinary(FileDescriptorProtoSchema, proto)),
  );
  const definition: EnumTypeDefinition = {
    format: 'Protocol Buffer 3 EnumDescriptorProto',
    type: {},
    fileDescriptorProtos,
  };
  return new ReflectionService({ [serviceName]: definition }, { services });
};
