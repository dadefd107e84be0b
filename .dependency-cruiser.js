const SHELLS = 'source|registry|build|host|download|artifact|github';
/** What is known of a backend before anything is connected. */
const TYPES = '^src/backends/types/';

/** The core from the bottom up: what stands below imports nothing of what stands above it. */
const LAYERS = [
  'data|disk|log|oci',
  'backends/types|fit|inputs|jobspec|verify',
  'convert|recipe',
  'init|plan',
  'lock|run',
  'cost|evidence',
  'tools',
  'report',
];
const CORE = `^src/(${LAYERS.join('|')})/|^src/[^/]+\\.ts$`;

/** The directions of the architecture: entries → connect → shells → io → core, and entries → steps → core. */
export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-circle-of-folders',
      comment: 'A folder, with all below it, can be read without those that import it. Types count as well.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    ...LAYERS.slice(0, -1).map((layer, index) => ({
      name: `core-goes-down: ${layer}`,
      comment: 'A type that both need stands in the lower one.',
      severity: 'error',
      from: { path: `^src/(${layer})/` },
      to: { path: `^src/(${LAYERS.slice(index + 1).join('|')})/` },
    })),
    {
      name: 'root-stands-below-all',
      comment: 'Everything imports what stands at the top of src.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/.+/' },
    },
    {
      name: 'core-is-pure',
      comment: 'The core decides from facts; it reaches no shell, no process, no network and no file.',
      severity: 'error',
      from: { path: CORE },
      to: { path: `^src/(io|steps|connect|entries|${SHELLS})/` },
    },
    {
      name: 'core-knows-no-system',
      comment: 'Hashing and path arithmetic are pure, everything else of Node is not.',
      severity: 'error',
      from: { path: CORE },
      to: {
        dependencyTypes: ['core'],
        pathNot: '^(node:)?(crypto|path|path/posix|buffer)$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'core-knows-no-backend',
      comment: 'Only the type of a backend, which is zod and facts and nothing else, is known before a run.',
      severity: 'error',
      from: { path: CORE },
      to: { path: '^src/backends/', pathNot: TYPES },
    },
    {
      name: 'steps-see-tools-only',
      severity: 'error',
      from: { path: '^src/steps/' },
      to: { path: `^src/(io|backends|connect|entries|${SHELLS})/`, pathNot: TYPES },
    },
    {
      name: 'shells-do-not-meet',
      comment: 'Shells exchange data; who needs two of them is connect.',
      severity: 'error',
      from: { path: `^src/(${SHELLS})/` },
      to: { path: `^src/(${SHELLS}|backends)/`, pathNot: '^src/$1/' },
    },
    {
      name: 'backends-know-no-host',
      severity: 'error',
      from: { path: '^src/backends/([^/]+)/' },
      to: { path: `^src/(${SHELLS}|backends)/`, pathNot: '^src/backends/($1|types)/' },
    },
    {
      name: 'shells-are-connected-once',
      severity: 'error',
      from: { pathNot: `^src/(${SHELLS}|backends|connect|entries)/` },
      to: { path: `^src/(${SHELLS})/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'entries-stand-above-all',
      severity: 'error',
      from: { pathNot: '^src/entries/' },
      to: { path: '^src/entries/' },
    },
    {
      name: 'not-to-dev',
      severity: 'error',
      from: { path: '^src' },
      // What package.json gives another name has no package in this check's eyes; knip looks it up.
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown'],
        dependencyTypesNot: ['aliased-subpath-import'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
