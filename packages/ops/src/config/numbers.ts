import { z } from 'zod';

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** Unit, for example `seconds`. */
  readonly of?: string;
  /** Meaning of the smallest value if it is special, for example `off`. */
  readonly minMeans?: string;
}

/** A whole number. Every invalid value gets the same message, which names the allowed range. */
export const wholeNumber = ({ min, max, of, minMeans }: NumberRange) => {
  const unit = of === undefined ? '' : ` of ${of}`;
  const from = minMeans === undefined ? String(min) : `${min} (${minMeans})`;
  const message = `must be a whole number${unit} from ${from} to ${max}`;
  return z.coerce
    .number(message)
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, message);
};
