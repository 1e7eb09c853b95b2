export { connectMongo, type MongoOptions } from './connect-mongo';
export { inTransaction } from './in-transaction';
export { prepareCollections } from './prepare-collections';
export { isDuplicateKey, translateStoreError } from './translate-store-error';
