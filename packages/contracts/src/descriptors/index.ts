import { FILE_DESCRIPTOR_SET_BASE64 } from './gen/file-descriptor-set';

/**
 * The compiled protos as a serialized `google.protobuf.FileDescriptorSet`: FlashReserve's services,
 * error details, health checking and reflection, including all imports.
 */
export const FILE_DESCRIPTOR_SET: Uint8Array = Buffer.from(FILE_DESCRIPTOR_SET_BASE64, 'base64');
