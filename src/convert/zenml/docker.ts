import type { Findings } from '../../findings.ts';
import { asWritten, type Field, type Fields, orNothing } from '../draft/fields.ts';
import { report, reportComputed } from '../not-converted.ts';
import { lastPart, type PyValue, shown } from '../python/value.ts';
import { namesField, textField, textsField } from '../values.ts';
import { memberAt, membersOf } from '../yaml-value.ts';
import { integrationsOf } from './integrations.ts';

/** Settings of one image, as a call of `DockerSettings` or a mapping has them. */
export type Settings = ReadonlyMap<string, PyValue>;

export interface ConvertedImage {
  /** A reference that is used as it is, or how the image is made. */
  readonly image: string | Fields;
  readonly env: Readonly<Record<string, Field>>;
}

/** The settings of the pipeline and its steps in one image: https://docs.zenml.io/concepts/containerization */
export function imageOf(settings: Settings, findings: Findings): ConvertedImage {
  const text = (key: string): string | undefined => textField(key, settings.get(key), findings);
  reportOthers(settings, findings);
  const base = text('parent_image');
  const env = namesField('runtime_environment', settings.get('runtime_environment'), findings);
  if (isTrue(settings.get('skip_build')) && base !== undefined) return { image: base, env };
  const dockerfile = text('dockerfile');
  const packages = textsOrPath(settings.get('requirements'), findings);
  const integrations = integrationsOf(settings.get('required_integrations'), findings);
  const image = {
    ...(dockerfile === undefined ? { base } : ownDockerfile(dockerfile, settings, findings)),
    requirements: packages.path ?? text('pyproject_path'),
    packages: withZenml(packages.texts, base),
    apt: orNothing(textsField('apt_packages', settings.get('apt_packages'), findings)),
    env: orNothing(namesField('environment', settings.get('environment'), findings)),
    user: text('user'),
    build: integrations.length === 0 ? undefined : [`zenml integration install -y ${integrations.join(' ')}`],
    ...installOf(text('local_project_install_command')),
  };
  return { image, env };
}

/** ZenML's own images have it. */
function withZenml(texts: readonly string[], base: string | undefined): readonly string[] | undefined {
  const isThere = texts.some((text) => /^zenml(?![\w.-])/.test(text)) || base?.includes('zenmldocker/');
  const packages = isThere ? texts : ['zenml', ...texts];
  return packages.length === 0 ? undefined : packages;
}

function textsOrPath(
  value: PyValue | undefined,
  findings: Findings,
): { readonly path?: string; readonly texts: readonly string[] } {
  if (value?.kind === 'text') return { path: value.text, texts: [] };
  return { texts: textsField('requirements', value, findings) };
}

function ownDockerfile(dockerfile: string, settings: Settings, findings: Findings): Fields {
  const options =
    memberAt(settings.get('parent_image_build_config'), ['build_options']) ?? settings.get('build_options');
  const members = membersOf(options);
  const context = textField('build_context_root', settings.get('build_context_root'), findings);
  const args = members.get('buildargs') ?? members.get('build_args');
  const platform = textField('platform', members.get('platform'), findings);
  for (const [key, value] of members) {
    if (!['buildargs', 'build_args', 'target', 'platform'].includes(key))
      report(`build_options.${key}: buildx has no such option of a spec`, value.at, findings);
  }
  return {
    dockerfile,
    context,
    target: textField('target', members.get('target'), findings),
    args: orNothing(namesField('buildargs', args, findings)),
    platforms: platform === undefined ? undefined : [platform],
  };
}

/** The project itself, by pip, is a word of ours; any other command follows the code. */
function installOf(command: string | undefined): Fields {
  if (command === undefined) return {};
  const isProject =
    /^(?:python3? -m )?(?:uv )?pip install(?: --no-deps| --no-cache-dir| -e| --editable)* \.$/.test(
      command.trim(),
    );
  return isProject ? { install: 'project' } : { setup: [command] };
}

const TAKEN = [
  ...[
    'parent_image',
    'skip_build',
    'dockerfile',
    'build_context_root',
    'parent_image_build_config',
    'build_options',
  ],
  ...[
    'requirements',
    'pyproject_path',
    'required_integrations',
    'apt_packages',
    'environment',
    'runtime_environment',
  ],
  ...['user', 'local_project_install_command'],
];

/** What has no field, and what to do; what is not named here has no meaning for a job. */
const INSTEAD: Readonly<Record<string, string>> = {
  replicate_local_python_environment:
    'an image is made from the repository: pip freeze > requirements.txt, and commit it',
  pyproject_export_command: 'the lock file is installed as it is',
  python_package_installer_args: 'addresses of an index go into "image.index"',
  target_repository: 'give it as the input "registry" (--registry)',
  image_tag: 'an image has the tag of its content; a moving tag is given by "tags" (--tag)',
  prevent_build_reuse: 'an image is found by its content; the input "rebuild" builds it again',
  build_config: 'patterns of files go into .dockerignore',
  dockerignore: 'patterns of files go into .dockerignore',
  source_files: 'write "code"',
  copy_files: 'write "code"',
  required_hub_plugins: 'add their packages to "image.packages"',
};

function reportOthers(settings: Settings, findings: Findings): void {
  for (const [key, value] of settings) {
    const instead = Object.hasOwn(INSTEAD, key) ? INSTEAD[key] : undefined;
    const says = value.kind !== 'none' && !(value.kind === 'bool' && !value.value);
    if (!TAKEN.includes(key) && instead !== undefined && says)
      report(`${key}: ${instead}`, value.at, findings);
  }
}

export function isTrue(value: PyValue | undefined): boolean {
  return value?.kind === 'bool' && value.value;
}

/** Of several settings, lists and mappings together; of other values the first. */
export function mergeSettings(all: readonly Settings[], findings: Findings): Settings {
  const merged = new Map<string, PyValue>();
  for (const settings of all) {
    for (const [key, value] of settings) {
      const known = merged.get(key);
      merged.set(key, known === undefined ? value : mergedValue(key, known, value, findings));
    }
  }
  return merged;
}

function mergedValue(key: string, known: PyValue, value: PyValue, findings: Findings): PyValue {
  if (known.kind === 'list' && value.kind === 'list') {
    const seen = new Set(known.items.map(shown));
    return { ...known, items: [...known.items, ...value.items.filter((item) => !seen.has(shown(item)))] };
  }
  if (known.kind === 'dict' && value.kind === 'dict') {
    const seen = new Set(known.entries.map(([name]) => shown(name)));
    const further = value.entries.filter(([name]) => !seen.has(shown(name)));
    return { ...known, entries: [...known.entries, ...further] };
  }
  if (shown(known) !== shown(value))
    report(
      `${key}: "${shown(value)}" is of other steps, and the job has "${shown(known)}": one image is for all`,
      value.at,
      findings,
    );
  return known;
}

/** `cpu_count`, `gpu_count` and `memory` of the pipeline and its steps, the most of each. */
export function resourcesOf(all: readonly Settings[], findings: Findings): Fields {
  const most = new Map<string, string>();
  for (const settings of all) {
    for (const [key, value] of settings) {
      if (!Object.hasOwn(RESOURCES, key)) {
        if (value.kind !== 'none') report(`${key}: a job has no such request`, value.at, findings);
        continue;
      }
      const text = textField(key, value, findings);
      if (text !== undefined && sizeOf(text) >= sizeOf(most.get(key) ?? '0')) most.set(key, text);
    }
  }
  const entries = [...most].map(([key, text]) => [
    RESOURCES[key] ?? key,
    /^0+$/.test(text) ? undefined : asWritten(text),
  ]);
  return Object.fromEntries(entries);
}

const RESOURCES: Readonly<Record<string, string>> = { cpu_count: 'cpu', gpu_count: 'gpu', memory: 'memory' };
const UNITS: Readonly<Record<string, number>> = {
  KB: 1e3,
  KiB: 2 ** 10,
  MB: 1e6,
  MiB: 2 ** 20,
  GB: 1e9,
  GiB: 2 ** 30,
  TB: 1e12,
  TiB: 2 ** 40,
};

function sizeOf(text: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)\s*(\w*)$/.exec(text) ?? [];
  return Number(number) * (UNITS[unit] ?? 1);
}

/** Keys of `settings` that are of one component of a stack. */
export function reportComponents(settings: PyValue | undefined, findings: Findings): void {
  if (settings === undefined) return;
  if (settings.kind !== 'dict') {
    if (settings.kind !== 'none') reportComputed('settings', settings, findings);
    return;
  }
  for (const [key, value] of settings.entries) {
    const name = key.kind === 'name' ? lastPart(key.name) : shown(key);
    if (name === 'docker' || name === 'resources') continue;
    report(
      `settings of "${name}": of a stack; choose the machine with "runs-on" or "backend"`,
      value.at,
      findings,
    );
  }
}
