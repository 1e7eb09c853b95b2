import { z } from 'zod';
import type { ConfiguredIssuer } from './application/ports';
import { isSafeAddress } from './domain/safe-address';
import { readTextOrFile } from './text-or-file';

const ISSUERS_MAX = 10;
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA'],
] as const;

const shortText = z.string('must be a string').min(1, 'is empty').max(256, 'is too long');
const listOf = <Item extends z.ZodType>(item: Item, max: number) =>
  z.array(item, 'must be a list').min(1, 'is empty').max(max, `must have at most ${max} entries`);

/** One name for a top-level claim, dots and slashes included, or a list for a nested one. */
const claimPath = z
  .union([shortText.transform((name) => [name]), listOf(shortText, 8)], {
    error: 'must be the name of a claim, or a list of names for a nested one',
  })
  .pipe(z.array(z.string()));

const claimRule = z
  .strictObject({
    claim: claimPath,
    value: z.union([shortText, z.boolean().transform(String)], {
      error: 'must be a string, true or false',
    }),
  })
  .transform(({ claim, value }) => ({ path: claim, value }));

const webAddress = z.url({ protocol: /^https?$/, error: 'must be an https:// address' }).max(512);

const issuer = z
  .strictObject({
    issuer: webAddress,
    alias: z
      .string('is required')
      .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits or "-"'),
    audience: z.union([shortText.transform((one) => [one]), listOf(shortText, 10)], {
      error: 'must be an audience, or a list of them',
    }),
    audienceClaim: shortText.default('aud'),
    jwksUri: webAddress.optional(),
    algorithms: listOf(z.enum(ALGORITHMS, `must be one of ${ALGORITHMS.join(', ')}`), 10).default([
      'RS256',
    ]),
    customerClaim: claimPath.default(['sub']),
    requiredClaims: listOf(claimRule, 10).default([]),
    adminRole: claimRule.optional(),
    allowHttp: z.boolean('must be true or false').default(false),
  })
  .superRefine(({ issuer, jwksUri, allowHttp }, context) => {
    for (const [name, address] of Object.entries({ issuer, jwksUri })) {
      if (address === undefined || isSafeAddress(address, allowHttp)) continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'must be https:// (http:// only for 127.0.0.1 or localhost, or with "allowHttp")',
      });
    }
  })
  .transform(({ audience, ...given }): ConfiguredIssuer => ({ audiences: audience, ...given }));

const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** Where in an entry a problem is, for example `"adminRole.claim" `. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? '' : `"${path.map(String).join('.')}" `;

const isList = (text: string): boolean => text.trimStart().startsWith('[');

const parse = (text: string, context: z.RefinementCtx): unknown => {
  const refuse = (message: string): undefined => {
    context.addIssue({ code: 'custom', message, input: undefined });
    return undefined;
  };
  const read = readTextOrFile(text, isList);
  if ('problem' in read) {
    return refuse(`must be a JSON list or the path of a file with one (${read.problem})`);
  }
  try {
    return JSON.parse(read.text) as unknown;
  } catch {
    return refuse('is not valid JSON');
  }
};

/** `TRUSTED_ISSUERS`: a JSON list, or the path of a file with one. */
export const trustedIssuers = z
  .string()
  .default('')
  .transform((text, context): readonly ConfiguredIssuer[] => {
    const given = text === '' ? [] : parse(text, context);
    if (given === undefined) return z.NEVER;
    if (!Array.isArray(given) || given.length > ISSUERS_MAX) {
      const message = `must be a list of at most ${ISSUERS_MAX} issuers`;
      context.addIssue({ code: 'custom', message, input: undefined });
      return z.NEVER;
    }
    const issuers: ConfiguredIssuer[] = [];
    for (const [index, entry] of given.entries()) {
      const result = issuer.safeParse(entry);
      if (result.success) issuers.push(result.data);
      for (const { path, message } of result.error?.issues ?? []) {
        const place = placeOf(path);
        context.addIssue({
          code: 'custom',
          path: [index],
          message: `${place}${message}`,
          input: undefined,
        });
      }
    }
    for (const field of ['issuer', 'alias'] as const) {
      if (isUnique(issuers.map((one) => one[field]))) continue;
      context.addIssue({ code: 'custom', message: `repeats an "${field}"`, input: undefined });
    }
    return issuers;
  });
