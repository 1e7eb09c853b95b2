import { z } from 'zod';

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** What is counted, for example `seconds`. */
  readonly of?: string;
  /** What the smallest value means where it is special, for example `off`. */
  readonly minMeans?: string;
}

/** A whole number. What is refused is told its whole range in one sentence, whatever is wrong with it. */
export const wholeNumber = ({ min, max, of, minMeans }: NumberRange) => {
  const unit = of === undefined ? '' : ` of ${of}`;
  const from = minMeans === undefined ? String(min) : `${min} (${minMeans})`;
  const message = `must be a whole number${unit} from ${from} to ${max}`;
  return z.coerce
    .number(message)
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, message);
};
