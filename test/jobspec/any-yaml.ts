import fc from 'fast-check';

export interface Vocabulary {
  readonly keys: readonly string[];
  readonly words: readonly string[];
  /** Keys of one mapping at the most. */
  readonly maxKeys: number;
}

/** Scalars of every kind, those that a format knows among them. */
export function anyLeaf({ words }: Pick<Vocabulary, 'words'>): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom(...words),
    fc.string({ maxLength: 12 }),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
  );
}

/** Nested values whose keys are mostly those of a format. */
export function anyTree({ keys, words, maxKeys }: Vocabulary): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      anyLeaf({ words }),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys }),
    ),
  })).tree;
}
