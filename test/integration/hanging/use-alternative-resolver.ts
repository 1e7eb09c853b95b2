import { testEnvironment } from '../../support/stores';

// grpc-js asks the name server that a target names only with this, and reads it once, when it is loaded: so this file
// comes before all others.
testEnvironment()['GRPC_NODE_USE_ALTERNATIVE_RESOLVER'] = 'true';
