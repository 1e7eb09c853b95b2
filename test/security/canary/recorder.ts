import { type Answer, type Sending, send } from '../../../gateway/src/testing/http-client';
import { patiently } from '../../support/patient-calls';
import type { Secret } from './spellings';

export type Ask = (target: string, sending?: Sending) => Promise<Answer>;

/** A client that records all responses and the tokens issued to it. */
export interface Recorder {
  readonly ask: Ask;
  /** Requests tokens. They are expected in this response, and nowhere else from then on. */
  readonly askForTokens: (name: string, target: string, sending: Sending) => Promise<Tokens>;
  /** Requests fields that are secret, like `askForTokens`. */
  readonly askForSecrets: (
    target: string,
    sending: Sending,
    ...fields: readonly string[]
  ) => Promise<Answer>;
  /** Adds another secret that must not be found from now on. */
  readonly keepSecret: (secret: Secret) => void;
  readonly secrets: () => readonly Secret[];
  /** Status, headers and body of each response, without the tokens that it was meant to issue. */
  readonly answers: () => readonly string[];
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const isStoreOutage = ({ status, json, headers }: Answer): boolean =>
  status === 503 && json['reason'] === 'STORE_UNAVAILABLE' && headers['retry-after'] !== undefined;

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
  // The request itself may contain a secret; only the response is checked.
  const nameOf = (target: string): string => target.split(/[ ?]/)[0] ?? '';
  /** Retries until the store answers. Every response is recorded, and the last one returned. */
  const sendPatiently = async (target: string, sending?: Sending): Promise<Answer> => {
    const tries: Answer[] = [];
    const sendOnce = async (): Promise<Answer> => {
      const answer = await send(port, target, sending);
      tries.push(answer);
      return answer;
    };
    const last = await patiently(sendOnce, isStoreOutage);
    for (const answer of tries.slice(0, -1)) record(nameOf(target), answer, []);
    return last;
  };
  return {
    ask: async (target, sending) => {
      const answer = await sendPatiently(target, sending);
      record(nameOf(target), answer, []);
      return answer;
    },
    askForTokens: async (name, target, sending) => {
      const answer = await sendPatiently(target, sending);
      const { accessToken, refreshToken } = tokensIn(answer);
      if (accessToken === '') throw new Error(`${target} gave no token, but ${answer.status}.`);
      const given = [accessToken, refreshToken].filter((token) => token !== '');
      record(target, answer, given);
      secrets.push(...given.map((value, index) => ({ name: `${name} token ${index}`, value })));
      return { accessToken, refreshToken };
    },
    askForSecrets: async (target, sending, ...fields) => {
      const answer = await sendPatiently(target, sending);
      const given = fields.map((name) => ({ name, value: String(answer.json[name] ?? '') }));
      if (given.some(({ value }) => value.length < 20)) throw new Error(`${target} gave none.`);
      record(
        target,
        answer,
        given.map(({ value }) => value),
      );
      secrets.push(...given);
      return answer;
    },
    keepSecret: (secret) => {
      secrets.push(secret);
    },
    secrets: () => secrets,
    answers: () => answers,
  };
};
