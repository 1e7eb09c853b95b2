import { CatalogServiceClient, type Product } from '@flashreserve/contracts/catalog';
import { FILE_DESCRIPTOR_SET } from '@flashreserve/contracts/descriptors';
import { credentials } from '@grpc/grpc-js';

const catalog = new CatalogServiceClient('localhost:1', credentials.createInsecure());

export const read = (productId: string, done: (product: Product | undefined) => void): void => {
  catalog.getProduct({ productId }, (_error, response) => done(response?.product));
};

export const bytes: Uint8Array = FILE_DESCRIPTOR_SET;

// @ts-expect-error: an id is text
catalog.getProduct({ productId: 1 }, () => undefined);
