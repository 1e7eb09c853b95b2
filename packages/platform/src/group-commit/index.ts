export {
  type BatchFacts,
  createGroupCommit,
  type EntryOutcome,
  type GroupCommit,
  type GroupCommitOptions,
} from './group-commit';
