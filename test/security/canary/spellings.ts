/** Something that must not be found, and what to call it when it is. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * What base64 makes of a text that stands somewhere inside a longer one: three bytes become four characters, so there are three
 * ways, and the characters at the edges depend on the neighbours.
 */
const insideBase64 = (text: string): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const encoded = base64(`${'x'.repeat(offset)}${text}`).replaceAll('=', '');
    return encoded.slice(offset === 0 ? 0 : 4, -2);
  });

const toBase64Url = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');
const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** How a secret looks as it is, in JSON (and in JSON that stands in JSON), in a URL or a form, in base64 and in hex. */
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

/** Characters in front of a find, to see where it stands. */
const CONTEXT = 80;

/** Names every secret that stands in a text, with what stands in front of it. */
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
