// `npm run mutate [-- --incremental] [part …]`: changes the code that decides over digests and trust, one place at a
// time, and names each change that no test notices. `--incremental` tries only what changed since the last time.
import { ensurePackages } from './install.mjs';

/** What is changed, and the tests that have to notice it: fast ones, because each runs for every change. */
const PARTS = {
  digest: rowOf('src/oci/digest.ts', 'test/oci/digest.test.ts'),
  canonical: rowOf('src/oci/canonical.ts', 'test/oci/canonical.test.ts'),
  platform: rowOf('src/oci/platform.ts', 'test/oci/platform.test.ts'),
  'image-index': rowOf('src/oci/image-index.ts', 'test/oci/image-index.test.ts'),
  append: rowOf('src/oci/append.ts', 'test/oci/append.test.ts'),
  reference: rowOf('src/oci/reference.ts', 'test/oci/reference.test.ts'),
  rights: rowOf('src/plan/{rights,destination}.ts', 'test/plan/{rights,destination}.test.ts'),
  caller: rowOf('src/host/caller.ts', 'test/host/caller-*.test.ts'),
  'push-right': rowOf('src/steps/images/push-right.ts', 'test/steps/images/push-refusals.test.ts'),
  images: rowOf(
    'src/steps/images/{image-store,image-identity,ensure-context,registry-store}.ts',
    'test/steps/images/{image-store,registry-store}.test.ts',
  ),
  head: rowOf('src/source/checkout.ts', 'test/source/checkout.test.ts'),
  objects: rowOf('src/source/git/objects/{object,store,tree}.ts', 'test/source/git/objects.test.ts'),
  'work-tree': rowOf('src/source/work-tree.ts', 'test/source/work-tree.test.ts'),
};
const LOWEST_SCORE = 85;

ensurePackages();
const { Stryker } = await import('@stryker-mutator/core');
const words = process.argv.slice(2);
const asked = words.filter((word) => !word.startsWith('--'));
const incremental = words.includes('--incremental');
const results = [];
for (const name of asked.length === 0 ? Object.keys(PARTS) : asked) results.push(...(await mutate(name)));
console.log(summary(results));

function rowOf(mutate, tests) {
  return { mutate, tests };
}

/** Ends with 1 where fewer than the lowest score are noticed. */
async function mutate(name) {
  const { mutate, tests } = PARTS[name];
  return await new Stryker({
    mutate: [mutate],
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    plugins: ['@stryker-mutator/jest-runner'],
    jest: {
      configFile: 'jest.config.mjs',
      config: { testMatch: [`<rootDir>/${tests}`], watchman: false },
      // Finding them for every change would read all sources each time.
      enableFindRelatedTests: false,
    },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // A busy machine takes its time; what loops for ever is ended by this.
    timeoutMS: 60_000,
    // The native compiler has no interface that Stryker could read tsconfig.json with.
    ignorePatterns: ['tsconfig.json', 'dist', 'build', 'coverage', 'docs', 'examples'],
    tempDirName: 'coverage/stryker',
    cleanTempDir: 'always',
    incremental,
    incrementalFile: `coverage/mutation/${name}.json`,
    reporters: ['progress-append-only', 'clear-text', 'json'],
    jsonReporter: { fileName: `coverage/mutation/${name}.json` },
    clearTextReporter: { allowColor: false, logTests: false, reportMutants: true },
    thresholds: { high: 100, low: LOWEST_SCORE, break: LOWEST_SCORE },
    warnings: { slow: false },
  }).runMutationTest();
}

function summary(mutants) {
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  const all = noticed + count('Survived', 'NoCoverage');
  return `${noticed} of ${all} changes noticed, ${((100 * noticed) / all).toFixed(1)} %`;
}
