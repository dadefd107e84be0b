/** An option of the command line; help, the parser, shell completion and errors are made from it. */
export interface OptionRow {
  /** As commander reads them: `-C, --directory <folder>`. */
  readonly flags: string;
  readonly meaning: string;
  /** Whether it may be given several times. */
  readonly repeated?: true;
  /** What a shell offers as its value; undefined: nothing. */
  readonly value?: 'file' | 'folder' | 'job' | readonly string[];
}

export const OPTIONS = {
  directory: {
    flags: '-C, --directory <folder>',
    meaning: 'the folder that holds the repository',
    value: 'folder',
  },
  spec: {
    flags: '--spec <file>',
    meaning: 'the job spec; searched for when not given (may be repeated for polyaxonfiles)',
    repeated: true,
    value: 'file',
  },
  strict: { flags: '--no-strict', meaning: 'unknown keys of a file of another system are warnings' },
  undefined: {
    flags: '--undefined <word>',
    meaning: 'what an undeclared name in a polyaxonfile means: "error" or "empty"',
    value: ['error', 'empty'],
  },
  job: { flags: '--job <name>', meaning: 'the job, or "all"', value: 'job' },
  registry: {
    flags: '--registry <repository>',
    meaning: 'where images are kept, such as ghcr.io/acme/train, or "none" for the local engine',
    value: ['none'],
  },
  param: { flags: '--param <name=value>', meaning: 'replace a parameter (may be repeated)', repeated: true },
  override: {
    flags: '--override <key=value>',
    meaning: 'replace a value of the spec (may be repeated)',
    repeated: true,
  },
  input: {
    flags: '--input <name=address>',
    meaning: 'fetch an input from this address for this run (may be repeated)',
    repeated: true,
  },
  data: {
    flags: '--data <file>',
    meaning: 'rows about GPUs, drivers and builds that stand above those of jobimg',
    value: 'file',
  },
  defaults: {
    flags: '--defaults <file>',
    meaning: 'a spec whose keys are defaults for the job spec',
    value: 'file',
  },
  untrusted: {
    flags: '--untrusted',
    meaning: 'the code is not trusted: plan it, use no credentials, and build, push and run nothing',
  },
  json: { flags: '--json', meaning: 'one JSON object on stdout, everything else on stderr' },
  offline: { flags: '--offline', meaning: 'contact no registry, and look nothing up' },
  tag: {
    flags: '--tag <tag>',
    meaning: 'a moving tag, written after the content tag (may be repeated)',
    repeated: true,
  },
  builder: {
    flags: '--builder <name>',
    meaning: 'an existing buildx builder, instead of the current one or one that jobimg creates',
  },
  cacheFrom: {
    flags: '--cache-from <cache>',
    meaning: "a cache that buildx reads, in buildx's own syntax (may be repeated)",
    repeated: true,
  },
  cacheTo: {
    flags: '--cache-to <cache>',
    meaning: 'a cache that buildx writes (may be repeated)',
    repeated: true,
  },
  rebuild: { flags: '--rebuild', meaning: 'build again and replace the image under the tag' },
  detach: { flags: '--detach', meaning: 'leave as soon as the run is started' },
  here: { flags: '--here', meaning: 'run on this machine whatever the spec says' },
  dockerfile: { flags: '--dockerfile', meaning: 'print the Dockerfile of each environment' },
  cost: {
    flags: '--cost',
    meaning: 'look up what merging costs: what is built anew and why, packages that change, bytes to pull',
  },
  check: { flags: '--check', meaning: 'write nothing, and report what is stale or missing' },
  into: {
    flags: '--into <repository>',
    meaning: 'build into this repository instead of next to the published image',
  },
  attest: {
    flags: '--attest',
    meaning: 'say in the registry, beside each image that is the same, that it was rebuilt bit for bit',
  },
  bundle: {
    flags: '--bundle <file>',
    meaning: 'for a file: what was signed about it, provenance/bundle.sigstore.json of a run',
    value: 'file',
  },
  repo: {
    flags: '--repo <owner/name>',
    meaning: 'for a file: the repository at GitHub whose workflow must have signed',
  },
  sourceRef: {
    flags: '--source-ref <ref>',
    meaning: 'for a file: the ref that it must have signed for, such as refs/heads/main',
  },
  certIdentity: {
    flags: '--cert-identity <identity>',
    meaning: 'for a file: who must have signed, word for word',
  },
  certOidcIssuer: {
    flags: '--cert-oidc-issuer <address>',
    meaning: "for a file: who must have issued that identity; when not given, GitHub's workflows",
  },
  trustedRoot: {
    flags: '--trusted-root <file>',
    meaning: "for a file: roots of trust, instead of those that Sigstore's public services have now",
    value: 'file',
  },
  provenance: {
    flags: '--provenance',
    meaning: 'push beside each image that is built how it was built (SLSA)',
  },
  sbom: { flags: '--sbom', meaning: 'push beside each image what packages it has (SPDX)' },
  record: {
    flags: '--record',
    meaning: "push the run's record beside its image: command, parameters, metrics, how it ended",
  },
  inRegistry: {
    flags: '--registry <repository>',
    meaning: 'a repository in a registry, such as ghcr.io/acme/train',
  },
  to: {
    flags: '--to <folder>',
    meaning: 'a new folder for them, instead of one that is named after the run',
    value: 'folder',
  },
  output: { flags: '-o, --output <file>', meaning: 'write this file instead of stdout', value: 'file' },
  force: { flags: '--force', meaning: 'replace the file that is there' },
  backend: {
    flags: '--backend <backend>',
    meaning:
      "where to look, as a spec writes it: kubernetes, or '{kubernetes: {namespace: ml}}'; when not given, what the spec says",
  },
  follow: { flags: '-f, --follow', meaning: 'go on until the run ends' },
  dryRun: { flags: '--dry-run', meaning: 'say what would be removed, and remove nothing' },
  ofJob: { flags: '--job <name>', meaning: 'those of this job', value: 'job' },
  status: {
    flags: '--status <status>',
    meaning: 'succeeded, failed, cancelled, running, or a reason such as timeout',
    value: ['succeeded', 'failed', 'cancelled', 'running', 'detached', 'unknown', 'timeout'],
  },
  since: { flags: '--since <age or date>', meaning: 'started since then: 12h, 7d, 2026-12-01' },
  withParam: {
    flags: '--param <name=value>',
    meaning: 'those with this parameter (may be repeated)',
    repeated: true,
  },
  html: {
    flags: '--html <file>',
    meaning: 'write a page with their metrics over each other, for any browser',
    value: 'file',
  },
  olderThan: { flags: '--older-than <age>', meaning: 'runs that ended longer ago: 12h, 30d, 8w' },
  keep: { flags: '--keep <count>', meaning: 'of each job, all runs but the last ones' },
  gpu: {
    flags: '--gpu <name>',
    meaning: 'a GPU, such as "A100 80GB"; without it and --driver, those of this machine',
  },
  driver: {
    flags: '--driver <version>',
    meaning: 'the version of its driver, such as 535 or 570.124.06',
  },
  measure: {
    flags: '--measure',
    meaning:
      'read the files of the image with a builder, which pulls it, where nothing beside it says what they have',
  },
} as const satisfies Readonly<Record<string, OptionRow>>;

export type OptionName = keyof typeof OPTIONS;

export function optionRow(name: OptionName): OptionRow {
  return OPTIONS[name];
}

/** `--directory` of `-C, --directory <folder>`. */
export function longFlag(name: OptionName): string {
  return /--[\w-]+/.exec(OPTIONS[name].flags)?.[0] ?? '';
}

/** Every way to write it: `-C` and `--directory`. */
export function flagsOf(name: OptionName): readonly string[] {
  return OPTIONS[name].flags
    .replace(/ <.*/, '')
    .split(', ')
    .map((flag) => flag.trim());
}
