import { DomainError, type DomainErrorKind } from './domain-error';

/** What a catalogue of reasons says about one. */
interface Explained {
  readonly kind: DomainErrorKind;
  /** The message, unless the caller gives another. */
  readonly example: string;
}

/**
 * Creates errors with the kind, and by default the message, that a catalogue gives their reason.
 */
export const createRefusal =
  <Reason extends string>(catalogue: Readonly<Record<Reason, Explained>>) =>
  (
    reason: Reason,
    details: {
      /** A message that names values. */
      readonly message?: string;
      readonly metadata?: Readonly<Record<string, string>>;
    } = {},
  ): DomainError => {
    const { kind, example } = catalogue[reason];
    return new DomainError({ kind, reason, message: example, ...details });
  };
