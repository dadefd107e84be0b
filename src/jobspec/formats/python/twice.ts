/** PyYAML takes the last of keys that stand twice, and so does a reading that is not strict. */
export const LENIENCE = 'remove one of them; "strict: false" (--no-strict) takes the last one';
