import { INTEGER_OR_STRING, scalarOrValue } from '../rows/scalar.ts';
import { checkLimit, numberIn, parseLimit } from '../values/quantity.ts';

/** Seconds that are more than nothing. */
export const duration = scalarOrValue(parseLimit, (content) => checkLimit(numberIn(content)), {
  ...INTEGER_OR_STRING,
  examples: ['90m', '2h', '1h30m'],
});
