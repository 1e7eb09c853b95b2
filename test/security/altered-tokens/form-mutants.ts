import { bearer, type Mutant, signRsa, type TokenWorld } from './token-world';

const FORMS: Readonly<Record<string, (world: TokenWorld) => readonly string[]>> = {
  'the word Bearer twice': ({ user }) => [`Bearer Bearer ${user}`],
  'two blanks': ({ user }) => [`Bearer  ${user}`],
  'a tab': ({ user }) => [`Bearer\t${user}`],
  'no scheme': ({ user }) => [user],
  'only the scheme': () => ['Bearer'],
  nothing: () => [''],
  'the scheme Basic': ({ user }) => [`Basic ${user}`],
  'the scheme Token': ({ user }) => [`Token ${user}`],
  'the scheme JWT': ({ user }) => [`JWT ${user}`],
  'the scheme DPoP': ({ user }) => [`DPoP ${user}`],
  'a scheme that begins like Bearer': ({ user }) => [`Bearers ${user}`],
  'a colon': ({ user }) => [`Bearer: ${user}`],
  'an equals sign': ({ user }) => [`Bearer=${user}`],
  'a parameter': ({ user }) => [`Bearer token=${user}`],
  'the token twice': ({ user }) => [`Bearer ${user} ${user}`],
  'a list of two': ({ user }) => [`Bearer ${user}, Bearer ${user}`],
  'a list of two without a blank': ({ user }) => [`Bearer ${user},Bearer ${user}`],
  'a refresh token': ({ refresh }) => bearer(refresh),
  'a refresh token in three parts': ({ refresh }) => bearer(`${refresh}.${refresh}.${refresh}`),
  'a key id': ({ kid }) => bearer(kid),
  'three words': () => bearer('a.b.c'),
  'an empty object in each part': () => bearer('e30.e30.e30'),
  'a token in an array': ({ user }) => bearer(`[${user}]`),
  'a header for the worker': ({ user }) => [`Bearer ${user}; role=ADMIN`],
};

const forms: readonly Mutant[] = Object.entries(FORMS).map(([name, make]) => ({
  name: `a header with ${name}`,
  make,
}));

/** Two headers, one of them valid: components must not disagree about which one counts. */
const pairs: readonly Mutant[] = [
  ['the same token', ({ user }: TokenWorld) => [`Bearer ${user}`, `Bearer ${user}`]],
  ['a good and a bad token', ({ user }: TokenWorld) => [`Bearer ${user}`, 'Bearer a.b.c']],
  ['a bad and a good token', ({ user }: TokenWorld) => ['Bearer a.b.c', `Bearer ${user}`]],
  ['two people’s tokens', ({ user, admin }: TokenWorld) => [`Bearer ${user}`, `Bearer ${admin}`]],
  ['another scheme', ({ user }: TokenWorld) => [`Bearer ${user}`, 'Basic YTpi']],
].map(([what, make]) => ({
  name: `two headers with ${String(what)}`,
  make: make as Mutant['make'],
}));

const padded =
  (characters: number): Mutant['make'] =>
  ({ header, payload, realKey }) =>
    bearer(signRsa(header, { ...payload, padding: 'x'.repeat(characters) }, realKey));

const TOO_LARGE = ['HEADERS_TOO_LARGE', 'METADATA_TOO_LARGE', 'TRANSPORT_REFUSED'];

export const formMutants: readonly Mutant[] = [
  ...forms,
  ...pairs,
  { name: 'a token of the real key with 4 KB', make: padded(3_000) },
  { name: 'a token of the real key with 8 KB', make: padded(5_500) },
  { name: 'a token of the real key with 50 KB', make: padded(37_000), reasons: TOO_LARGE },
];
