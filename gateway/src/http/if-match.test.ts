import { etagOf } from './etag';
import { expectedRevisionOf } from './if-match';

describe('If-Match', () => {
  it('the ETag of a product requires its revision, whatever its stock was', () => {
    expect(expectedRevisionOf(etagOf('{"stockQuantity":1}', 7))).toBe(7);
    expect(expectedRevisionOf(`"other", ${etagOf('{"stockQuantity":2}', 7)}`)).toBe(7);
  });

  it('no header and * require nothing', () => {
    expect(expectedRevisionOf(undefined)).toBeUndefined();
    expect(expectedRevisionOf(' * ')).toBeUndefined();
  });

  it.each(['"abc"', 'W/"7.abc"', '"7"', '""'])('%s matches no product', (tag) => {
    expect(expectedRevisionOf(tag)).toBe(0);
  });

  it('ETags of two versions are refused', () => {
    expect(() => expectedRevisionOf('"1.a", "2.b"')).toThrow('If-Match'.toLowerCase());
  });
});
