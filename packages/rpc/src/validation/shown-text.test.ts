import { z } from 'zod';
import { shownText } from './shown-text';

const KINDS = [
  ['one line', shownText(z.string(), { required: true })],
  ['several lines', shownText(z.string(), { required: true, multiline: true })],
  ['optional', shownText(z.string(), { required: false })],
  ['optional lines', shownText(z.string(), { required: false, multiline: true })],
] as const;

const every = (text: string): readonly boolean[] =>
  KINDS.map(([, schema]) => schema.safeParse(text).success);

/** White space, control, ignorable and direction characters according to Unicode. */
const UNSEEN =
  /[\p{White_Space}\p{Cc}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u;

describe('display text', () => {
  it.each([
    'Zoë 🐎',
    '🐎',
    '👩\u200d👩\u200d👧',
    '❤\ufe0f',
    '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    'مرحبا بالعالم',
    '\u200fשלום\u200e',
    'می\u200cخواهم',
    'e\u0301',
    '用户',
    ' x ',
  ])('display text is accepted: %j', (text) => {
    expect(every(text)).toEqual([true, true, true, true]);
  });

  it.each([
    '\u200b',
    '\u200d\u2060\ufeff\u200c',
    '\u202e',
    '\u200e\u200f\u061c\u2066\u2069',
    '\u00ad',
    '\u034f',
    '\u2800',
    '\u3164',
    '\ufe0f',
    '\u{e0001}\u{e007f}',
    '\u{1d173}',
    '  \u200b  ',
    'x\u0000',
    '\u0085x',
    '\ud800x',
  ])(
    'display text without a visible character, or with a control character or lone surrogate, is refused: %j',
    (text) => {
      expect(every(text)).toEqual([false, false, false, false]);
    },
  );

  it('blank text is accepted only if optional, and line breaks only if multiline', () => {
    expect(every('')).toEqual([false, false, true, true]);
    expect(every(' \u3000')).toEqual([false, false, true, true]);
    expect(every('\n\t')).toEqual([false, false, false, true]);
    expect(every('one\r\n\ttwo')).toEqual([false, true, false, true]);
  });

  it('every one of the 1,114,112 code points is classified according to Unicode', () => {
    const [[, schema]] = KINDS;
    const wrong: string[] = [];
    for (let point = 0; point <= 0x10_ff_ff; point += 1) {
      const text = String.fromCodePoint(point);
      if (schema.safeParse(text).success === UNSEEN.test(text)) wrong.push(point.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it('each problem of display text has its own error message', () => {
    const reasonsOf = (text: string) =>
      KINDS[0][1].safeParse(text).error?.issues.map(({ message }) => message);
    expect(reasonsOf('\u200b')).toEqual(['must have a visible character']);
    expect(reasonsOf('\u{e0001}')).toEqual(['must have a visible character']);
    expect(reasonsOf('a\u0007')).toEqual(['must not contain control characters']);
    expect(reasonsOf('a\udc00')).toEqual(['must be well-formed text']);
  });

  it('validating display text takes linear time', () => {
    const started = performance.now();
    const unit = ['\u200b', ' ', 'x', '\u200bx'];
    for (const text of unit.map((part) => `${part.repeat(200_000)}\u0000`)) {
      expect(every(text)).toEqual([false, false, false, false]);
    }
    // A quadratic pattern would take minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
