import { z } from 'zod';

/**
 * Effect of a failpoint. `crash` sends SIGKILL to the process, `delay` waits, `error` fails the
 * step as an unresponsive store or service would, `drop` never replies to the RPC.
 */
export type FailpointAction =
  | { readonly kind: 'crash' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'error' }
  | { readonly kind: 'drop' };

/** One armed failpoint, or a group of them. */
export interface FailpointRule {
  /** Failpoint name; a trailing `*` matches any suffix. */
  readonly point: string;
  readonly action: FailpointAction;
  /** Firing probability, from 0 (never) to 1 (every pass). */
  readonly rate: number;
  /** If set, the failpoint fires only on this pass, counted from 1. */
  readonly pass?: number;
}

const RULE =
  /^(?<point>[a-zA-Z.:-]+\*?|\*)=(?<kind>crash|error|drop|delay\((?<ms>\d{1,5})\))(?:@(?<rate>0|1|0?\.\d+)|#(?<pass>\d{1,9}))?$/;

const parseRule = (text: string): FailpointRule | undefined => {
  const groups = RULE.exec(text.trim())?.groups;
  if (groups === undefined) return undefined;
  const { point = '', kind = '', ms, rate, pass } = groups;
  return {
    point,
    action:
      ms === undefined
        ? { kind: kind as 'crash' | 'error' | 'drop' }
        : { kind: 'delay', ms: Number(ms) },
    rate: rate === undefined ? 1 : Number(rate),
    ...(pass === undefined ? {} : { pass: Number(pass) }),
  };
};

const RULES_MAX = 100;

/**
 * Comma-separated rules, for example
 * `catalog.store.write:after=crash@0.01,reservation.rpc.*:before=delay(200)#3`: point, action, and
 * either a rate or the single pass on which it fires.
 */
export const failpointPlan = z.string().transform((text, context): readonly FailpointRule[] => {
  const rules = text.split(',').map((part) => ({ part, rule: parseRule(part) }));
  const bad = rules.find(({ rule }) => rule === undefined);
  if (bad !== undefined || rules.length > RULES_MAX) {
    context.addIssue(
      bad === undefined
        ? `has more than ${RULES_MAX} rules`
        : `"${bad.part}" is not point=crash|error|drop|delay(ms), with @rate or #pass`,
    );
    return z.NEVER;
  }
  return rules.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
});
