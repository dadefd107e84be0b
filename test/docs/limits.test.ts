import { describe, expect, it } from '@jest/globals';
import { filesOf, read } from './repository.ts';

const PAGE = read('docs/limits.md');

/** Constants of the code, each with the row of the page and the text in it that says the same. */
const TOLD: readonly (readonly [constant: string, row: string, text: string])[] = [
  ['src/fit/measured/measured.ts MOST', 'Packages with GPU code, and entries of each list', '200 entries'],
  ['src/jobspec/yaml/yaml-limits.ts MAX_BYTES', 'Spec file', '64 KiB'],
  ['src/jobspec/yaml/yaml-limits.ts MAX_DEPTH', 'Its depth', '32 levels'],
  ['src/jobspec/yaml/yaml.ts MAX_NODES', 'Its values, aliases followed', '10,000 values'],
  ['src/jobspec/yaml/yaml-limits.ts MAX_ALIASES', 'Its aliases', '50 aliases'],
  ['src/jobspec/findings/findings.ts MOST', 'Its problems that are shown together', '50 problems'],
  ['src/jobspec/template/template.ts MAX_LENGTH', 'A text after its placeholders are filled in', '128 KiB'],
  [
    'src/jobspec/formats/polyaxon/template/render.ts MAX_LENGTH',
    'A text after its placeholders are filled in',
    '128 KiB',
  ],
  ['src/jobspec/template/template.ts MAX_PLACEHOLDERS', 'Placeholders in a text', '500 placeholders'],
  [
    'src/jobspec/formats/polyaxon/template/render.ts MAX_PLACEHOLDERS',
    'Placeholders in a text',
    '500 placeholders',
  ],
  ['src/convert/convert.ts LONGEST', 'File for `jobimg convert`', '1,000,000 characters'],
  ['src/convert/python/source.ts LONGEST', 'A file of Python among them', '200,000 characters'],
  ['src/convert/codalab/codalab.ts MOST_RUNS', 'Lines `cl run …`', '100 lines'],
  ['src/jobspec/params/matrix.ts MOST_LEGS', 'Combinations of a matrix', '256 runs'],
  [
    'src/jobspec/formats/polyaxon/search/search-values.ts MOST_VALUES',
    'Values of one param',
    '65,536 values',
  ],
  ['src/jobspec/formats/valohai/tasks/variants.ts MOST_VALUES', 'Values of one param', '65,536 values'],
  ['src/run/pending/read.ts MOST_BYTES', 'The input `from` of `run/`', '1 MiB'],
  ['src/jobspec/values/gpu.ts MOST', 'GPUs of a job', '64 GPUs'],
  ['src/jobspec/fields/nodes.ts MOST', 'Nodes of a job', '1,000 nodes'],
  ['src/backends/kubernetes/follow/other-nodes.ts MOST', '`log.node-1.txt`', '64 MiB'],
  ['src/jobspec/values/quantity.ts MOST_CPUS', 'CPUs of a job', '100,000 CPUs'],
  ['src/jobspec/values/quantity.ts LONGEST', '`timeout` and other durations', '366 days'],
  ['src/run/plan/runner-limit.ts HOSTED_HOURS', "`timeout` on a runner of GitHub's own", '6 h'],
  ['src/jobspec/values/paths.ts MAX_LENGTH', 'A path |', '4,096 characters'],
  ['src/oci/reference.ts MAX_REFERENCE', 'A reference of an image', '1,024 characters'],
  ['src/oci/reference.ts MAX_PATH', 'A reference of an image', '255 '],
  ['src/jobspec/values/pattern.ts LONGEST', 'A pattern of `metrics`', '500 characters'],
  ['src/source/scan.ts MAX_BYTES', 'Code that enters an image', '2 GiB'],
  ['src/source/files/survey.ts LARGE', 'Code that enters an image', '200 MB'],
  ['src/source/files/listing.ts MAX_FILES', 'Its files', '200,000 files'],
  ['src/source/remembered/hashes.ts MOST_RECORDS', 'Remembered hashes', '250,000 files'],
  ['src/source/remembered/hashes.ts MOST_FOLDERS', 'Remembered hashes', '20 folders'],
  ['src/entries/chunks/code-cache.ts MOST_FILES', '[Compiled code]', '20 programs'],
  ['src/source/remembered/layers.ts MOST_LAYERS', 'Remembered layers', '500 layers'],
  ['src/registry/push/remembered.ts MOST_MANIFESTS', 'Remembered manifests', '100 manifests'],
  ['src/registry/push/remembered.ts MOST_LOOKED_AT', 'Remembered manifests', '5 of a repository'],
  ['src/registry/push/remembered.ts MOST_CONFIGS', 'Remembered manifests', '50 configs'],
  ['src/plan/images/code-layers.ts MOST_LAYERS', 'Layers of the code', '12 layers'],
  ['src/source/scan.ts MAX_PATH', 'The path of a file', '4,096 bytes'],
  ['src/source/files/tree.ts MAX_TEXT', 'A dependency file', '8 MiB'],
  [
    'src/recipe/dependencies/kind/requirements-file.ts MAX_FILES',
    'Files that requirements include',
    '50 files',
  ],
  ['src/recipe/ignore/file.ts MAX_BYTES', '`.dockerignore`', '64 KiB'],
  ['src/recipe/ignore/file.ts MAX_PATTERNS', '`.dockerignore`', '5,000 patterns'],
  ['src/source/git/ignored.ts MAX_BYTES', '`.gitignore`', '1 MiB'],
  ['src/source/git/ignored.ts MAX_RULES', '`.gitignore`', '20,000 patterns'],
  ['src/source/git/tracked.ts MAX_INDEX', "Git's index", '512 MiB'],
  ['src/recipe/steps/user-commands.ts MAX_TEXT', 'A step of `build` or `setup`', '120,000 bytes'],
  ['src/recipe/steps/user-commands.ts MAX_LINE', 'A step of `build` or `setup`', '65,000 '],
  ['src/registry/manifests.ts MANIFEST_LIMIT', 'The manifest of an image', '4 MiB'],
  ['src/registry/manifests.ts CONFIG_LIMIT', 'The config of an image', '8 MiB'],
  ['src/registry/layer-entries.ts MOST_ENTRIES', 'Entries of a layer', '2,000,000 entries'],
  ['src/build/builder/own/buildkitd-config.ts CACHE_LIMIT', 'The cache of a builder', '20 GB'],
  ['src/run/plan/argument-limit.ts MAX_ARGUMENT', 'A variable', '131,071 bytes'],
  ['src/run/plan/argument-limit.ts MAX_ARGUMENT', 'A secret', '131,071 bytes'],
  ['src/run/plan/argument-limit.ts MAX_ARGUMENT', 'A word of `command`', '131,071 bytes'],
  ['src/backends/docker/launch/container.ts MAX_SHM', '`shm`', '8 GB'],
  ['src/download/download.ts MOST_BYTES', 'A file of `inputs` by address', '100 GiB'],
  ['src/download/download.ts LONGEST', 'A file of `inputs` by address', '6 h'],
  ['src/download/cache.ts UNUSED_DAYS', 'A kept file of `inputs`', '30 days'],
  ['src/io/sigstore/sign.ts TIMEOUT', 'A service that signs, for one request', '30 s'],
  ['src/host/runs/files.ts LOG_LIMIT', '`log.txt`', '1 GiB'],
  ['src/log/line.ts MAX_LINE', 'A line of the log', '16 KiB'],
  ['src/disk/reserve.ts RESERVE', 'What collected outputs leave free', '256 MiB'],
  ['src/backends/docker/deadline/overdue.ts KEPT_TOO_LONG', 'A container with outputs', '7 days'],
  ['src/backends/docker/deadline/overdue.ts ENDED_TOO_LONG', 'Another container that ended', '1 h'],
  ['src/backends/docker/engine/containers.ts REMOVAL_PATIENCE', 'Waiting for the removal', '30 s'],
  ['src/io/outputs/links.ts MOST_LINKED', 'Files behind links to folders', '100,000 files'],
  ['src/run/retention.ts DAYS', 'Runs that are kept', '30 days'],
  ['src/run/shown-outputs.ts OF_ONE_RUN', 'Names of outputs', '100 names'],
  ['src/report/text/result.ts MOST_NAMES', 'Names of outputs', '20 '],
  ['src/report/outputs/result.ts MAX_BYTES', 'The output `result`', '900 KiB'],
  ['src/backends/docker/follow/contact.ts PATIENCE', 'An engine that does not answer', '10 min'],
  ['src/backends/docker/follow/follow.ts START_PATIENCE', 'A container that does not start', '60 s'],
  ['src/jobspec/fields/retry.ts MOST', '`retry.max`', '100 attempts'],
  ['src/run/attempts/decision.ts LONGEST_BACKOFF', 'Time between two attempts', '10 min'],
  ['src/backends/docker/launch/volumes.ts CHECKPOINT_KEPT', 'The checkpoint of a run', '7 days'],
  ['src/backends/docker/gpus/queue.ts LONGEST_WAIT', 'A run that waits for GPUs', '24 h'],
  ['src/backends/docker/gpus/lock.ts STALE', 'A lock of the GPUs', '30 s'],
  ['src/backends/docker/gpus/in-use.ts ABANDONED', 'A container with GPUs', '10 s'],
  ['src/backends/docker/gpus/in-use.ts UNSTARTED', 'A container with GPUs', '1 h'],
  ['src/backends/kubernetes/job/resources.ts MAX_SHM', '`shm`', '8 GB'],
  ['src/backends/kubernetes/job/job.ts QUEUE', 'A Job of a cluster that waits', '7 days'],
  ['src/backends/kubernetes/job/job.ts STAY', 'A Job of a cluster that has ended', '24 h'],
  ['src/backends/kubernetes/job/pod.ts PULL', 'An image that a cluster pulls', '20 min'],
  [
    'src/backends/kubernetes/follow/start/pulls.ts PATIENCE',
    'An image that a cluster pulls',
    '2 min after an attempt',
  ],
  [
    'src/backends/kubernetes/follow/start/standing.ts PATIENCE',
    'A pod that admission does not take',
    '2 min',
  ],
  ['src/backends/kubernetes/job/scripts.ts KEEP', 'Outputs of a run on a cluster', '10 min'],
  ['src/run/metrics/text-lines.ts MAX_TEXT', 'A line of it', '16 MiB'],
  ['src/run/metrics/metrics.ts MAX_METRICS', 'Metrics of a run', '100 names'],
  ['src/run/metrics/metrics.ts MAX_NAME', 'The name of a metric', '100 characters'],
  ['src/run/metrics/metrics.ts MAX_VALUES', 'Points of the trend of a metric', '1,000 points'],
  ['src/run/metrics/json-metrics.ts MAX_DEPTH', 'Levels of JSON objects', '4 levels'],
  ['src/run/metrics/table.ts MOST_LINES', 'A cell of several lines', '200 lines'],
  ['src/run/metrics/table.ts LONGEST', 'A cell of several lines', '64 KiB'],
  ['src/run/lines/metrics.ts MAX_TIME', 'Time for a pattern', '30 s'],
  ['src/io/http/retry.ts SHORT_PATIENCE', 'A server that fails, in a look-up', '90 s'],
  ['src/io/http/retry.ts LONG_PATIENCE', 'A server that fails, in a push or a download', '5 min'],
  ['src/registry/tag.ts CONSISTENT_WITHIN', 'What was written to a registry', '15 s'],
  ['src/registry/referrers-tag.ts PATIENCE', 'An index of referrers', '5 min'],
  ['src/registry/referrers.ts MOST_PAGES', 'Pages of a list of referrers', '100 pages'],
  ['src/evidence/sbom/files.ts HEADERS', 'What is read of a file of pip', '256 KiB'],
  ['src/evidence/sbom/files.ts CONDA_RECORD', 'What is read of a record of conda', '64 MiB'],
  ['src/evidence/sbom/files.ts DPKG_STATUS', 'What is read of the status of dpkg', '64 MiB'],
  ['src/host/runs/output-files.ts MOST_FILES', 'Outputs that are [pushed]', '100,000 files'],
  ['src/io/outputs/pulled-folder.ts MOST_FILES', 'Outputs that are [pushed]', '100,000 files'],
  ['src/evidence/outputs/packing.ts MOST_LAYERS', 'Outputs that are layers', '100 layers'],
  ['src/evidence/outputs/packing.ts PACK_BYTES', 'Outputs in one tar', '1 GiB'],
  ['src/steps/stored-outputs/record-text.ts MOST_BYTES', 'A record beside an image', '4 MiB'],
  ['src/evidence/artifact-reader.ts MOST_BYTES', 'A record beside an image', '4 MiB'],
  ['src/steps/referrers/image-sboms.ts LARGEST', 'A list of packages that is there', '64 MiB'],
  ['src/io/http/retry.ts LONGEST_ASKED_WAIT', 'A pause that a server asks for', '120 s'],
  ['src/io/http/fetch.ts MAX_HOPS', 'Redirects', '5 redirects'],
  ['src/io/engine/engine.ts MAX_ANSWER', 'An answer of the Docker engine', '32 MiB'],
  ['src/report/findings.ts MAX_MESSAGE', 'An annotation |', '4,000 characters'],
  ['src/report/summary/sections.ts MAX_BYTES', 'The summary', '900 KiB'],
  ['src/report/summary/finding-table.ts MAX_FINDINGS', 'Findings in the summary', '200 findings'],
  ['src/cost/cost.ts MOST_JOBS', 'Jobs of a pull request', '50 jobs'],
  ['src/cost/cost.ts MOST_CHANGES', 'Packages of a job that change', '200 packages'],
  ['src/host/cost-file.ts MOST_BYTES', 'The file of what merging costs', '4 MiB'],
  ['src/github/pull-requests.ts MOST_PAGES', 'Pages of comments', '30 pages'],
  ['src/report/summary/matrix-table.ts MAX_METRICS', 'Columns of metrics', '8 metrics'],
];

/** Files whose bounds a person does not meet: of what is shown at once, of one step of a parser, of one retry. */
const INNER = [
  'src/artifact/',
  'src/backends/command/',
  'src/backends/docker/',
  'src/backends/github/',
  'src/backends/kubernetes/',
  'src/backends/slurm/',
  'src/build/',
  'src/io/',
  'src/lock/',
  'src/oci/deflate/',
  'src/plan/inputs-annotation.ts',
  'src/plan/id-inputs.ts',
  'src/run/run-id.ts',
  'src/run/attempts/attempt.ts',
  'src/convert/draft/',
  'src/convert/polyaxon/',
  'src/convert/zenml/',
  'src/plan/why-rebuilt.ts',
  'src/recipe/dependencies/kind/pins.ts',
  'src/recipe/dependencies/poetry/walk.ts',
  'src/registry/',
  'src/run/lines/last-lines.ts',
  'src/log/mask/',
  'src/source/checkout.ts',
  'src/source/git/',
  'src/jobspec/findings/problems.ts',
  'src/jobspec/formats/',
  'src/jobspec/params/leg-label.ts',
  'src/jobspec/params/read-matrix.ts',
  'src/run/pending/schema.ts',
  'src/steps/',
  'src/verify/',
];
const INNER_CONSTANTS = new Set([
  'src/entries/chunks/code-cache.ts MOST_BYTES',
  'src/source/layer/pack-layers.ts MOST_THREADS',
  'src/host/held-bases.ts MOST_HELD',
  'src/init/options.ts MOST',
  'src/github/api.ts LIMIT',
  'src/github/api.ts PATIENCE',
  'src/report/summary/cost-comment.ts LONGEST',
  'src/jobspec/yaml/indented-closings.ts MOST',
  'src/jobspec/yaml/slip.ts LONGEST_LINE',
  'src/convert/codalab/codalab.ts LONGEST_COMMAND',
  'src/convert/python/evaluate.ts MAX_DEPTH',
  'src/convert/python/source.ts MOST_VALUES',
  'src/convert/python/value.ts LONGEST',
  'src/entries/commands/convert.ts LONGEST',
  'src/report/kept-runs/list.ts MOST_METRICS',
  'src/run/records/folder-name.ts LONGEST_LEG',
  'src/connect/gpus.ts PATIENCE',
  'src/host/runs/records.ts PATIENCE',
  'src/report/summary/summary.ts MAX_METRICS',
  'src/report/course.ts MAX_POINTS',
  'src/oci/reference.ts MAX_PORT',
  'src/plan/dockerfile/check.ts MAX_LINE',
  'src/recipe/packages/specifier.ts LONGEST_CLAUSE',
  'src/recipe/packages/specifier.ts LONGEST_RELEASE',
  'src/run/artifact/name.ts MAX_TITLE',
  'src/run/lines/watch.ts MAX_LACKS',
  'src/log/log.ts MAX_HELD',
  'src/run/metrics/json-values.ts MAX_OPEN',
  'src/run/metrics/metrics-file.ts MOST_SHOWN',
  'src/run/metrics/metrics.ts MAX_COUNTED',
  'src/run/metrics/read-metrics.ts MOST_TOLD',
  'src/run/metrics/record-lines.ts MAX_RETRIES',
  'src/run/shown-outputs.ts LONGEST',
  'src/run/undeclared-outputs.ts MOST_NAMED',
  'src/source/files/survey.ts MOST',
  'src/source/remembered/layers.ts MOST_BYTES',
  'src/registry/push/remembered.ts MOST_BYTES',
  'src/jobspec/findings/findings.ts LONGEST',
  'src/jobspec/values/quantity.ts MOST_CPUS',
  'src/jobspec/yaml/yaml-limits.ts MAX_TOKENS',
  'src/jobspec/yaml/yaml.ts MAX_FINDINGS',
]);

const UNITS: Readonly<Record<string, number>> = {
  ...{ KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, MB: 1e6, GB: 1e9 },
  ...{ s: 1, min: 60, h: 3_600, days: 86_400 },
};

const CONSTANT = /^(?:export )?const ([A-Z][A-Z_]*) = (['\d(][^;]*|[A-Z_]+ [*/] [^;]*|\d[^;]*);$/gm;

/** The numbers of the code that are constants, by file and name. */
function constants(): ReadonlyMap<string, string> {
  return new Map(
    filesOf('src', '.ts').flatMap((file) =>
      [...read(file).matchAll(CONSTANT)].map(([, name, value = '']) => [`${file} ${name}`, value] as const),
    ),
  );
}

const found = constants();

/** Products and powers of numbers, one name of the same file among them, and `20GB` in quotes. */
function numberOf(constant: string): number {
  const [file = ''] = constant.split(' ');
  const written = found.get(constant);
  if (written === undefined) throw new Error(`${constant} is not in the code`);
  const quoted = /^'(\d+)GB'$/.exec(written)?.[1];
  if (quoted !== undefined) return Number(quoted) * 1e9;
  const [sum = '', less = '0'] = written.split(' - ');
  const product = sum.split(/ \* (?!\*)/).map((factor) => {
    const [base = '', power = '1'] = factor.trim().split(' ** ');
    const number = /^[A-Z]/.test(base) ? numberOf(`${file} ${base}`) : Number(base.replaceAll('_', ''));
    return number ** Number(power);
  });
  return product.reduce((all, factor) => all * factor, 1) - Number(less);
}

/** What a text of the page may stand for: a time is in seconds, milliseconds, or units of its own. */
function meanings(text: string): readonly number[] {
  const [, digits = '', unit = ''] = /^([\d,]+) (\S*)/.exec(text) ?? [];
  const number = Number(digits.replaceAll(',', ''));
  const scaled = number * (UNITS[unit] ?? 1);
  return ['s', 'min', 'h', 'days'].includes(unit) ? [number, scaled, scaled * 1_000] : [scaled];
}

describe('the page of limits', () => {
  it.each(TOLD)('says of %s what the code does', (constant, row, text) => {
    const line = PAGE.split('\n').find((one) => one.startsWith(`| ${row}`)) ?? '';

    expect(line).toContain(text.trim());
    expect(meanings(text)).toContain(numberOf(constant));
  });

  it('has every limit of the code', () => {
    const told = new Set(TOLD.map(([constant]) => constant));
    const limits = [...found.keys()].filter((constant) =>
      /(?:^|_)(?:MAX|MOST|LONGEST|LIMIT|BUDGET|PATIENCE|TIMEOUT|HOURS)(?:_|$)/.test(
        constant.split(' ')[1] ?? '',
      ),
    );

    const missing = limits.filter(
      (constant) =>
        !told.has(constant) &&
        !INNER_CONSTANTS.has(constant) &&
        !INNER.some((start) => constant.startsWith(start)),
    );

    expect(missing).toEqual([]);
  });
});
