/** What is known of a backend before anything is connected. */
const ROWS = '^src/backends/((names|row|table)\\.ts$|[^/]+/(options|row)\\.ts$)';
const CORE = `^src/(data|oci|spec|recipe|plan|lock|run|preflight|verify)/|^src/(asked-once|errors|findings|inputs|result|tools)\\.ts$|${ROWS}`;
const SHELLS = 'source|registry|build|host|download|artifact';

/** The directions of the architecture: entry → connect → shells → io → core, and entry → main → steps → core. */
export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-is-pure',
      comment: 'The core decides from facts; it reaches no shell, no process, no network and no file.',
      severity: 'error',
      from: { path: CORE },
      to: {
        path: `^src/(io|steps|connect|${SHELLS})/|^src/(main|connect|entry|action|[a-z]+-action|step|post|cli)\\.ts$`,
      },
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
      comment: 'Only the row of a backend, which is zod and facts and nothing else, is known before a run.',
      severity: 'error',
      from: { path: CORE },
      to: { path: '^src/backends/', pathNot: ROWS },
    },
    {
      name: 'steps-see-tools-only',
      severity: 'error',
      from: { path: '^src/(steps/|main\\.ts$)' },
      to: {
        path: `^src/(io|backends|connect|${SHELLS})/|^src/(connect|entry|action|[a-z]+-action|step|post|cli)\\.ts$`,
        pathNot: ROWS,
      },
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
      to: { path: `^src/(${SHELLS}|backends)/`, pathNot: '^src/backends/($1/|names\\.ts$|row\\.ts$)' },
    },
    {
      name: 'shells-are-connected-once',
      severity: 'error',
      from: {
        pathNot: `^src/(${SHELLS}|backends|connect)/|^src/(connect|action|[a-z]+-action|step|post|cli|entry)\\.ts$`,
      },
      to: { path: `^src/(${SHELLS})/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-to-dev',
      severity: 'error',
      from: { path: '^src' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown'] },
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
