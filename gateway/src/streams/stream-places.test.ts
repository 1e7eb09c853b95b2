import { createStreamPlaces } from './stream-places';

describe('places of streams', () => {
  it('are refused beyond the number of the gateway, until one is given back', () => {
    const places = createStreamPlaces({ max: 2, perAddress: 0 });
    const giveBack = places.take('203.0.113.1');
    places.take('203.0.113.1');
    expect(() => places.take('203.0.113.2')).toThrow(
      expect.objectContaining({ reason: 'STREAMS_FULL' }),
    );
    giveBack();
    expect(() => places.take('203.0.113.2')).not.toThrow();
  });

  it('are refused beyond the number of one address only to that address', () => {
    const places = createStreamPlaces({ max: 10, perAddress: 1 });
    places.take('203.0.113.1');
    expect(() => places.take('203.0.113.1')).toThrow(
      expect.objectContaining({ reason: 'STREAMS_LIMITED' }),
    );
    expect(() => places.take('203.0.113.2')).not.toThrow();
  });

  it('are given back once, however often that is asked for', () => {
    const places = createStreamPlaces({ max: 2, perAddress: 0 });
    const giveBack = places.take('203.0.113.1');
    giveBack();
    giveBack();
    places.take('203.0.113.1');
    places.take('203.0.113.1');
    expect(() => places.take('203.0.113.1')).toThrow();
  });
});
