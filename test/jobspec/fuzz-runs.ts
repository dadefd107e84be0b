/**
 * How many inputs a property is tried with: `usual`, or its share of those that `npm run fuzz` wants for each format,
 * of which the property is one of `properties`.
 */
export function fuzzRuns(usual: number, properties: number): number {
  const wanted = Number(process.env['JOBIMG_FUZZ_RUNS']);
  return Number.isInteger(wanted) && wanted > 0 ? Math.ceil(wanted / properties) : usual;
}
