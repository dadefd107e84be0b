// What a run of the tests left out because there was no cluster, from the report of jest.

/** In the name of each test that needs the cluster. */
export const MARK = 'on a real Kubernetes';

export interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** One line for each test, and one that says why. */
export function leftOut({ testResults }: Report, why: string): readonly string[] {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const skipped = tests.filter(({ fullName, status }) => status === 'pending' && fullName.includes(MARK));
  if (skipped.length === 0) return [];
  return [...skipped.map(({ fullName }) => `not run: ${fullName}`), `not run because: ${why}`];
}
