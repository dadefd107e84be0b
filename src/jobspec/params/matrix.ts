/** A matrix of runs with exactly GitHub's rules: https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations */
export interface Matrix<V> {
  /** Values by name; the first name varies slowest. */
  readonly vectors: ReadonlyMap<string, readonly V[]>;
  readonly include: readonly Combination<V>[];
  readonly exclude: readonly Combination<V>[];
}

export type Combination<V> = ReadonlyMap<string, V>;

type IsSame<V> = (name: string, one: V, other: V) => boolean;

/** As many as GitHub allows. */
export const MOST_LEGS = 256;

/** All combinations, less those that are excluded; then each entry of `include` extends some, or is one more. */
export function expandMatrix<V>(matrix: Matrix<V>, isSame: IsSame<V>): readonly Combination<V>[] {
  const { vectors, include, exclude } = matrix;
  const kept = productOf(vectors)
    .filter((combination) => !exclude.some((part) => isPartOf(part, combination, isSame)))
    .map((combination) => ({ combination, added: new Map<string, V>() }));
  const further: Combination<V>[] = [];
  for (const entry of include) {
    const shared = new Map([...entry].filter(([name]) => vectors.has(name)));
    const extended = kept.filter(({ combination }) => isPartOf(shared, combination, isSame));
    // What it adds may be replaced by a later entry; a value of the vectors never is.
    const own = [...entry].filter(([name]) => !vectors.has(name));
    for (const { added } of extended) setAll(added, own);
    if (extended.length === 0) further.push(entry);
  }
  return [...kept.map(({ combination, added }) => new Map([...combination, ...added])), ...further];
}

function setAll<V>(map: Map<string, V>, entries: readonly (readonly [string, V])[]): void {
  for (const [name, value] of entries) map.set(name, value);
}

/** How many combinations the vectors have, before any is left out. */
export function sizeOf<V>({ vectors }: Matrix<V>): number {
  return vectors.size === 0 ? 0 : [...vectors.values()].reduce((size, { length }) => size * length, 1);
}

export function isPartOf<V>(part: Combination<V>, whole: Combination<V>, isSame: IsSame<V>): boolean {
  return [...part].every(([name, value]) => {
    const other = whole.get(name);
    return other !== undefined && isSame(name, value, other);
  });
}

function productOf<V>(vectors: Matrix<V>['vectors']): readonly Combination<V>[] {
  if (vectors.size === 0) return [];
  return [...vectors].reduce<readonly Combination<V>[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((combination) => values.map((value) => new Map([...combination, [name, value]]))),
    [new Map()],
  );
}
