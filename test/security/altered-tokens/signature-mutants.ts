import { bearer, type Mutant, partsOf, type TokenWorld } from './token-world';

const SIGNATURE_BYTES = 256;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const withSignature = (name: string, change: (signature: Buffer) => Buffer): Mutant => ({
  name,
  make: ({ user }) => {
    const [header, payload, signature] = partsOf(user);
    const changed = change(Buffer.from(signature, 'base64url')).toString('base64url');
    return bearer(`${header}.${payload}.${changed}`);
  },
});

const flipped: readonly Mutant[] = Array.from({ length: SIGNATURE_BYTES }, (_, index) =>
  withSignature(`bit ${index % 8} of byte ${index} of the signature flipped`, (signature) => {
    const copy = Buffer.from(signature);
    copy.writeUInt8(copy.readUInt8(index) ^ (1 << (index % 8)), index);
    return copy;
  }),
);

const cut: readonly Mutant[] = [1, 2, 4, 8, 16, 32, 64, 128, 192, 224, 240, 255].flatMap(
  (bytes) => [
    withSignature(`only the first ${bytes} bytes of the signature`, (all) =>
      all.subarray(0, bytes),
    ),
    withSignature(`only the last ${bytes} bytes of the signature`, (all) => all.subarray(-bytes)),
  ],
);

const grown: readonly Mutant[] = [
  withSignature('a zero byte behind the signature', (all) => Buffer.concat([all, Buffer.alloc(1)])),
  withSignature('a zero byte before the signature', (all) => Buffer.concat([Buffer.alloc(1), all])),
  withSignature('a byte behind the signature', (all) => Buffer.concat([all, Buffer.from([7])])),
  withSignature('the signature twice', (all) => Buffer.concat([all, all])),
  withSignature('the signature backwards', (all) => Buffer.from(all).reverse()),
  withSignature('a signature of zeros', (all) => Buffer.alloc(all.length)),
  withSignature('a signature of ones', (all) => Buffer.alloc(all.length, 255)),
  withSignature('the signature 1', (all) =>
    Buffer.concat([Buffer.alloc(all.length - 1), Buffer.from([1])]),
  ),
];

/** Encodings that lenient decoders accept as the same signature. */
const lastCharacters: readonly Mutant[] = Array.from({ length: 15 }, (_, index) => ({
  name: `the last character of the signature ${index + 1} places further, in bits that no decoder reads`,
  make: ({ user }) => {
    const place = ALPHABET.indexOf(user.slice(-1));
    const group = place - (place % 16);
    const other = ALPHABET.charAt(group + ((place + index + 1) % 16));
    return bearer(`${user.slice(0, -1)}${other}`);
  },
}));

const REWRITES: Readonly<Record<string, (parts: readonly [string, string, string]) => string>> = {
  'padding behind the signature': ([h, p, s]) => `${h}.${p}.${s}==`,
  'one padding sign behind the signature': ([h, p, s]) => `${h}.${p}.${s}=`,
  'padding behind the payload': ([h, p, s]) => `${h}.${p}=.${s}`,
  'padding behind the header': ([h, p, s]) => `${h}=.${p}.${s}`,
  'plain base64 with padding': (parts) =>
    parts.map((part) => Buffer.from(part, 'base64url').toString('base64')).join('.'),
  hexadecimal: (parts) =>
    parts.map((part) => Buffer.from(part, 'base64url').toString('hex')).join('.'),
  'a plus in the signature': ([h, p, s]) => `${h}.${p}.+${s.slice(1)}`,
  'a slash in the signature': ([h, p, s]) => `${h}.${p}./${s.slice(1)}`,
  'a blank in the signature': ([h, p, s]) => `${h}.${p}.${s.slice(0, 9)} ${s.slice(9)}`,
  'a tab in the signature': ([h, p, s]) => `${h}.${p}.${s.slice(0, 9)}\t${s.slice(9)}`,
  'a blank behind the first dot': ([h, p, s]) => `${h}. ${p}.${s}`,
  'an escaped dot': ([h, p, s]) => `${h}%2e${p}.${s}`,
  'a trailing dot': ([h, p, s]) => `${h}.${p}.${s}.`,
  'a leading dot': ([h, p, s]) => `.${h}.${p}.${s}`,
  'two dots': ([h, p, s]) => `${h}..${p}.${s}`,
  'no signature': ([h, p]) => `${h}.${p}`,
  'an empty signature': ([h, p]) => `${h}.${p}.`,
  'no payload': ([h, , s]) => `${h}..${s}`,
  'no header': ([, p, s]) => `.${p}.${s}`,
  'only the header': ([h]) => h,
  'only dots': () => '..',
  'the parts in another order': ([h, p, s]) => `${p}.${h}.${s}`,
  'the signature before the payload': ([h, p, s]) => `${h}.${s}.${p}`,
  'four parts': ([h, p, s]) => `${h}.${p}.${s}.${s}`,
  'five parts, like an encrypted token': ([h, p, s]) => `${h}.${p}.${s}.${s}.${s}`,
  'a character more': ([h, p, s]) => `${h}.${p}.${s}A`,
  'a character more in the payload': ([h, p, s]) => `${h}.${p}A.${s}`,
  'a character less': ([h, p, s]) => `${h}.${p}.${s.slice(0, -1)}`,
  'a quoted token': ([h, p, s]) => `"${h}.${p}.${s}"`,
  'the token in other case': ([h, p, s]) => `${h}.${p}.${s}`.toLowerCase(),
  'the token as JSON': ([h, p, s]) => JSON.stringify({ protected: h, payload: p, signature: s }),
};
const rewritten: readonly Mutant[] = Object.entries(REWRITES).map(([name, rewrite]) => ({
  name: `the token with ${name}`,
  make: ({ user }) => bearer(rewrite(partsOf(user))),
}));

type Owner = 'user' | 'admin' | 'service';
const OWNERS: readonly Owner[] = ['user', 'admin', 'service'];
const swapped: readonly Mutant[] = OWNERS.flatMap((body) =>
  OWNERS.filter((owner) => owner !== body).map((owner) => ({
    name: `the ${body}’s claims under the ${owner}’s signature`,
    make: (world: TokenWorld) => {
      const [header, payload] = partsOf(world[body]);
      return bearer(`${header}.${payload}.${partsOf(world[owner])[2]}`);
    },
  })),
);

export const signatureMutants: readonly Mutant[] = [
  ...flipped,
  ...cut,
  ...grown,
  ...lastCharacters,
  ...rewritten,
  ...swapped,
];
