import { etagOf, isUnchanged } from './etag';

const ETAG = etagOf(Buffer.from('one'));

describe('ETags', () => {
  it('the same bytes have the same strong ETag, and others another', () => {
    expect(ETAG).toMatch(/^"[\w-]{22}"$/);
    expect(etagOf(Buffer.from('one'))).toBe(ETAG);
    expect(etagOf(Buffer.from('two'))).not.toBe(ETAG);
  });

  it.each([ETAG, `W/${ETAG}`, '*', ` * `, `"x", ${ETAG}`, `W/"x",W/${ETAG} , "y"`])(
    'If-None-Match: %s names the current version',
    (ifNoneMatch) => {
      expect(isUnchanged(ifNoneMatch, ETAG)).toBe(true);
      expect(isUnchanged(ifNoneMatch, `W/${ETAG}`)).toBe(true);
    },
  );

  it.each([undefined, '', '"x"', ETAG.slice(1, -1), `${ETAG}x`, `W${ETAG}`, '"*"', 'w/*'])(
    'If-None-Match: %s does not name it',
    (ifNoneMatch) => {
      expect(isUnchanged(ifNoneMatch, ETAG)).toBe(false);
    },
  );
});
