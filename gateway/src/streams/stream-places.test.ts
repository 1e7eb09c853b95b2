import { createStreamPlaces } from './stream-places';

describe('stream slots', () => {
  it('streams above the limit of the gateway are rejected until a slot is released', () => {
    const places = createStreamPlaces({ max: 2, perAddress: 0 });
    const giveBack = places.take('203.0.113.1');
    places.take('203.0.113.1');
    expect(() => places.take('203.0.113.2')).toThrow(
      expect.objectContaining({ reason: 'STREAMS_FULL' }),
    );
    giveBack();
    expect(() => places.take('203.0.113.2')).not.toThrow();
  });

  it('the limit per address rejects further streams of that address only', () => {
    const places = createStreamPlaces({ max: 10, perAddress: 1 });
    places.take('203.0.113.1');
    expect(() => places.take('203.0.113.1')).toThrow(
      expect.objectContaining({ reason: 'STREAMS_LIMITED' }),
    );
    expect(() => places.take('203.0.113.2')).not.toThrow();
  });

  it('a slot is released only once, however often the release is called', () => {
    const places = createStreamPlaces({ max: 2, perAddress: 0 });
    const giveBack = places.take('203.0.113.1');
    giveBack();
    giveBack();
    places.take('203.0.113.1');
    places.take('203.0.113.1');
    expect(() => places.take('203.0.113.1')).toThrow();
  });
});
