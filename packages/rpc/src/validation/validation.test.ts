import { z } from 'zod';
import { parseMessage } from './parse-message';

describe('parseMessage', () => {
  const schema = z.strictObject({
    name: z.string(),
    orderLines: z.array(z.object({ unitCount: z.int().min(1) })),
  });

  it('parseMessage names every invalid field as in the proto file, including nested and unknown fields', () => {
    expect(() =>
      parseMessage(schema, { name: 1, orderLines: [{ unitCount: 1 }, { unitCount: 0 }], role: '' }),
    ).toThrow(
      expect.objectContaining({
        reason: 'INVALID_REQUEST',
        fieldViolations: [
          expect.objectContaining({ field: 'name' }),
          expect.objectContaining({ field: 'order_lines[1].unit_count' }),
          expect.objectContaining({ field: 'role', description: 'is not a known field' }),
        ],
      }),
    );
  });
});
