import { type Answer, type Sending, send } from '../../../gateway/src/testing/http-client';
import type { Secret } from './spellings';

export type Ask = (target: string, sending?: Sending) => Promise<Answer>;

/** A client that keeps all that it was answered, and knows the tokens that it was given. */
export interface Recorder {
  readonly ask: Ask;
  /** Asks for tokens. They are right where they stand in this answer, and nowhere else from now on. */
  readonly askForTokens: (name: string, target: string, sending: Sending) => Promise<Tokens>;
  /** Something else that must not be found from now on. */
  readonly keepSecret: (secret: Secret) => void;
  readonly secrets: () => readonly Secret[];
  /** Status, headers and body of each answer, without the tokens that it was to give. */
  readonly answers: () => readonly string[];
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const tokensIn = ({ json, headers }: Answer): Tokens => {
  const [, cookie = ''] =
    /^flashreserve_admin=([^;]+)/.exec(headers['set-cookie']?.[0] ?? '') ?? [];
  const { accessToken = cookie, refreshToken = '' } = json as Partial<Tokens>;
  return { accessToken, refreshToken };
};

export const createRecorder = (port: number, known: readonly Secret[]): Recorder => {
  const secrets = [...known];
  const answers: string[] = [];
  const record = (target: string, { status, headers, text }: Answer, given: readonly string[]) => {
    const shown = `${target} -> ${status} ${JSON.stringify(headers)}\n${text}`;
    answers.push(given.reduce((rest, token) => rest.replaceAll(token, '(given)'), shown));
  };
  return {
    ask: async (target, sending) => {
      const answer = await send(port, target, sending);
      // What was asked may itself hold a secret; only the answer counts.
      record(target.split(/[ ?]/)[0] ?? '', answer, []);
      return answer;
    },
    askForTokens: async (name, target, sending) => {
      const answer = await send(port, target, sending);
      const { accessToken, refreshToken } = tokensIn(answer);
      if (accessToken === '') throw new Error(`${target} gave no token, but ${answer.status}.`);
      const given = [accessToken, refreshToken].filter((token) => token !== '');
      record(target, answer, given);
      secrets.push(...given.map((value, index) => ({ name: `${name} token ${index}`, value })));
      return { accessToken, refreshToken };
    },
    keepSecret: (secret) => {
      secrets.push(secret);
    },
    secrets: () => secrets,
    answers: () => answers,
  };
};
