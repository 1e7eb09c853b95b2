import { testEnvironment } from '../../support/stores';

// Only with this does grpc-js use the name server of a target. It is read once at load time, so
// this file must be imported first.
testEnvironment()['GRPC_NODE_USE_ALTERNATIVE_RESOLVER'] = 'true';
