/** Joins work of the same name that goes on; work that is over is begun anew. */
export function sharing<T>(
  going: Map<string, Promise<T>>,
  name: string,
  begin: () => Promise<T>,
): Promise<T> {
  const known = going.get(name);
  if (known !== undefined) return known;
  const work = begin().finally(() => going.delete(name));
  going.set(name, work);
  return work;
}
