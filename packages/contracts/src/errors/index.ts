export {
  ERROR_CATALOGUE,
  ERROR_NUMBERS,
  ERROR_REASONS,
  type ErrorExplanation,
  type ErrorReason,
} from './error-catalogue';
export { RPC_REASONS } from './gen/rpc-reasons';
