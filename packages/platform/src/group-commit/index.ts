export { createGroupCommit } from './group-commit';
export { isKnownUnwritten } from './known-unwritten';
export type {
  BatchFacts,
  EntryOutcome,
  GroupCommit,
  GroupCommitOptions,
  GroupLoad,
  GroupObserver,
} from './options';
