import type { Clock } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import type { createLocalJWKSet } from 'jose';
import type { IssuerKey, TrustedIssuer } from './trusted-issuer';

/** A trusted issuer with its keys. */
export interface IssuerKeys {
  readonly issuer: TrustedIssuer;
  readonly keys: readonly IssuerKey[];
  /** When the keys expire unless they are fetched again; undefined while none were ever fetched. */
  readonly keysExpireAt?: Date | undefined;
}

/** Auth's response: all trusted issuers. */
export interface TrustedIssuersAnswer {
  readonly issuers: readonly IssuerKeys[];
  /** How long the response may be cached. */
  readonly refreshMs: number;
}

/**
 * Returns all trusted issuers. Auth fetches the keys of the one that is named by its alias first;
 * the empty text names none. Must settle within a few seconds.
 */
export type FetchTrustedIssuers = (refreshAlias: string) => Promise<TrustedIssuersAnswer>;

type KeySet = ReturnType<typeof createLocalJWKSet>;

export interface KnownIssuer {
  readonly issuer: TrustedIssuer;
  /** Finds the key of a token by `kid` and `alg`. */
  readonly keySet: KeySet;
}

interface Entry extends KnownIssuer {
  readonly kids: ReadonlySet<string>;
  /** To notice changes. */
  readonly text: string;
  /** Time in milliseconds. */
  readonly expiresAt: number;
}

/** Minimum interval between two fetches for unknown key ids of one issuer, in milliseconds. */
const COOLDOWN_MS = 5_000;

const unavailable = (message: string, cause?: unknown): DomainError =>
  new DomainError({ kind: 'unavailable', reason: 'AUTH_UNAVAILABLE', message, cause });

/** Keeps the imported keys of an issuer that has not changed. */
const toEntries = async (
  issuers: readonly IssuerKeys[],
  known: ReadonlyMap<string, Entry>,
): Promise<ReadonlyMap<string, Entry>> => {
  const entries = new Map<string, Entry>();
  if (issuers.length === 0) return entries;
  // An ES module of some size, loaded only where outside issuers are in use.
  const jose = await import('jose');
  for (const { issuer, keys, keysExpireAt } of issuers) {
    const text = JSON.stringify([issuer, keys]);
    const expiresAt = keysExpireAt?.getTime() ?? Number.NEGATIVE_INFINITY;
    const old = known.get(issuer.issuer);
    const keySet = old?.text === text ? old.keySet : jose.createLocalJWKSet({ keys: [...keys] });
    const kids = new Set(keys.map(({ kid }) => kid));
    entries.set(issuer.issuer, { issuer, keySet, kids, text, expiresAt });
  }
  return entries;
};

const textsOf = (entries: ReadonlyMap<string, Entry>): string =>
  [...entries.values()].map(({ text }) => text).join();

/**
 * The trusted issuers and their keys, fetched when the first token of an unknown issuer arrives and
 * again when they are old or a token names an unknown key. Concurrent callers share a fetch, and
 * each issuer has a cool-down of its own, so made-up key ids neither flood auth nor delay the keys
 * of another issuer.
 */
export const createIssuerDirectory = (options: {
  readonly fetch: FetchTrustedIssuers;
  readonly clock: Clock;
  /** Called when an issuer or a key was added, changed or removed. */
  readonly onChange: () => void;
}) => {
  const { fetch, clock, onChange } = options;
  let known: ReadonlyMap<string, Entry> = new Map();
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let refreshMs = COOLDOWN_MS;
  const triedAt = new Map<string, number>();
  const running = new Map<string, Promise<void>>();
  const now = (): number => clock.now().getTime();
  const cooldownMs = (): number => Math.min(COOLDOWN_MS, refreshMs);

  const refresh = async (alias: string): Promise<void> => {
    const startedAt = now();
    triedAt.set(alias, startedAt);
    const answer = await fetch(alias);
    const entries = await toEntries(answer.issuers, known);
    // Of two concurrent fetches the later one counts, whichever ends first.
    if (startedAt < fetchedAt) return;
    const isChanged = textsOf(entries) !== textsOf(known);
    known = entries;
    fetchedAt = startedAt;
    refreshMs = answer.refreshMs;
    if (isChanged) onChange();
  };
  const refreshOnce = (alias: string): Promise<void> => {
    const current =
      running.get(alias) ??
      refresh(alias).finally(() => {
        running.delete(alias);
      });
    running.set(alias, current);
    return current;
  };

  /** Refreshes if that may help; waits for a refresh that is under way. */
  const update = async (alias: string): Promise<void> => {
    const isFirst = fetchedAt === Number.NEGATIVE_INFINITY;
    const isCool = now() - (triedAt.get(alias) ?? Number.NEGATIVE_INFINITY) >= cooldownMs();
    if (!isFirst && !isCool && !running.has(alias)) return;
    try {
      await refreshOnce(alias);
    } catch (error) {
      // What is known stays valid while auth is down.
      if (isFirst) throw unavailable('Cannot fetch the trusted issuers.', error);
    }
  };

  return {
    /**
     * The issuer of a token; undefined if it is not trusted.
     *
     * @throws DomainError AUTH_UNAVAILABLE when no issuers have ever been fetched, or no keys of
     *   this one, or too long ago
     */
    find: async (issuer: string, kid: string): Promise<KnownIssuer | undefined> => {
      const before = known.get(issuer);
      const isStale = now() - fetchedAt >= refreshMs;
      if (isStale || !before?.kids.has(kid)) {
        await update(before === undefined || before.kids.has(kid) ? '' : before.issuer.alias);
      }
      const found = known.get(issuer);
      if (found !== undefined && found.expiresAt <= now()) {
        throw unavailable(`The keys of the issuer "${found.issuer.alias}" cannot be fetched.`);
      }
      return found;
    },
    /** Until when a verified token may stay cached. */
    trustedUntil: (): number => Math.max(fetchedAt + refreshMs, now() + cooldownMs()),
  };
};
