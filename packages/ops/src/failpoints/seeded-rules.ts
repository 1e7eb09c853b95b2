import { createHash } from 'node:crypto';
import type { FailpointAction, FailpointRule } from './plan';

/** Pseudo-random number in [0, 1), determined by the arguments alone. */
const chance = (seed: number, point: string, what: string): number =>
  createHash('sha256').update(`${seed}/${point}/${what}`).digest().readUInt32BE() / 2 ** 32;

/** Same share as FoundationDB's BUGGIFY: a quarter of the points, chosen anew for each seed. */
const ARMED_SHARE = 0.25;

/** Rare enough that most requests still succeed; costlier faults are rarer. */
const CHOICES: readonly { readonly action: FailpointAction; readonly rate: number }[] = [
  { action: { kind: 'delay', ms: 150 }, rate: 0.02 },
  { action: { kind: 'delay', ms: 1_200 }, rate: 0.002 },
  { action: { kind: 'error' }, rate: 0.01 },
  { action: { kind: 'drop' }, rate: 0.002 },
  { action: { kind: 'crash' }, rate: 0.0005 },
];

/** The rule that a seed arms at a point, if any. */
export const seededRule = (seed: number, point: string): FailpointRule | undefined => {
  if (chance(seed, point, 'armed') >= ARMED_SHARE) return undefined;
  const choice = CHOICES[Math.floor(chance(seed, point, 'action') * CHOICES.length)];
  return choice && { point, ...choice };
};
