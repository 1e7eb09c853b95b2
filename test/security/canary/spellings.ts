/** A secret, and its name in messages. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * The base64 of text inside a longer text: three bytes become four characters, so there are three
 * possible alignments, and the characters at the edges depend on the neighbours.
 */
const insideBase64 = (text: string): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const encoded = base64(`${'x'.repeat(offset)}${text}`).replaceAll('=', '');
    return encoded.slice(offset === 0 ? 0 : 4, -2);
  });

const toBase64Url = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');
const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Encodings of a secret: plain, JSON (also nested), URL and form, base64 and hex. */
export const spellingsOf = ({ value }: Secret): ReadonlySet<string> => {
  const inUrl = encodeURIComponent(value);
  return new Set([
    value,
    escapeJson(value),
    escapeJson(escapeJson(value)),
    inUrl,
    inUrl.replaceAll('%20', '+'),
    inUrl.replace(/%../g, (code) => code.toLowerCase()),
    encodeURI(value),
    ...insideBase64(value),
    ...insideBase64(value).map(toBase64Url),
    Buffer.from(value).toString('hex'),
  ]);
};

/** Characters of context shown before a match. */
const CONTEXT = 80;

/** Names every secret found in a text, with the context before it. */
export const findSecrets = (text: string, secrets: readonly Secret[]): readonly string[] =>
  secrets.flatMap((secret) =>
    [...spellingsOf(secret)].flatMap((spelling) => {
      const at = text.indexOf(spelling);
      return at < 0
        ? []
        : [
            `${secret.name} after: ${text.slice(Math.max(0, at - CONTEXT), at).replaceAll('\n', ' ')}`,
          ];
    }),
  );
