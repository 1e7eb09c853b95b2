/** Makes the hash of an id the same in upper and in lower case, which are the same id. */
const CASE_BIT = 0x20;

/** FNV-1a, which needs few operations per character; `scoreOf` does the mixing. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ (text.charCodeAt(index) | CASE_BIT), 0x01000193);
  }
  return hash >>> 0;
};

/** The finalizer of MurmurHash3: a one-to-one mapping in which every input bit counts. */
const mix = (value: number): number => {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** How much an instance wants a key. Both are given by their hashes. */
const scoreOf = (keyHash: number, seed: number): number => mix(keyHash ^ mix(seed));

/**
 * Rendezvous hash: of the candidates, the one that wants the key most. The key is given by its
 * `hashOf`. The result depends only on the key and the set of seeds, so every client that sees the
 * same instances agrees; a candidate that leaves gives up only its own keys, each to the next in
 * the order of that key.
 *
 * `candidates` must be in an order on which all clients agree: it decides between equal scores.
 */
export const winnerOf = <Candidate extends { readonly seed: number }>(
  keyHash: number,
  candidates: readonly Candidate[],
): Candidate | undefined => {
  const [first] = candidates;
  if (candidates.length <= 1) return first;
  let winner = first;
  let highest = -1;
  for (const candidate of candidates) {
    const score = scoreOf(keyHash, candidate.seed);
    if (score <= highest) continue;
    winner = candidate;
    highest = score;
  }
  return winner;
};
