import type { Findings } from '../../findings.ts';
import { holdsPassword } from '../../jobspec/values/names.ts';
import { type Fields, orNothing } from '../draft/fields.ts';
import { Environment } from '../environment.ts';
import { report } from '../not-converted.ts';
import { type PyValue, scalarOf } from '../python/value.ts';
import { namesField, textField, textsField } from '../values.ts';
import { memberAt, membersOf } from '../yaml-value.ts';
import { integrationsOf } from './integrations.ts';
import type { Settings } from './settings.ts';

export interface ConvertedImage {
  /** A reference that is used as it is, or how the image is made. */
  readonly image: string | Fields;
  readonly environment: Environment;
}

/** The settings of the pipeline and its steps in one image: https://docs.zenml.io/concepts/containerization */
export function imageOf(settings: Settings, findings: Findings): ConvertedImage {
  const text = (key: string): string | undefined => textField(key, settings.get(key), findings);
  reportOthers(settings, findings);
  const base = text('parent_image');
  const environment = new Environment();
  environment.addAll('runtime_environment', settings.get('runtime_environment'), findings);
  if (isTrue(settings.get('skip_build')) && base !== undefined) return { image: base, environment };
  const dockerfile = text('dockerfile');
  const packages = textsOrPath(settings.get('requirements'), findings);
  const integrations = integrationsOf(settings.get('required_integrations'), findings);
  const image = {
    ...(dockerfile === undefined ? { base } : ownDockerfile(dockerfile, settings, findings)),
    requirements: packages.path ?? text('pyproject_path'),
    packages: withZenml(packages.texts, base),
    apt: orNothing(textsField('apt_packages', settings.get('apt_packages'), findings)),
    env: orNothing(imageEnvironment(settings.get('environment'), environment, findings)),
    user: text('user'),
    build: integrations.length === 0 ? undefined : [`zenml integration install -y ${integrations.join(' ')}`],
    ...installOf(text('local_project_install_command')),
  };
  return { image, environment };
}

/** Secrets, and what the caller's machine gives, are of the run and not of the image. */
function imageEnvironment(
  value: PyValue | undefined,
  ofRun: Environment,
  findings: Findings,
): Readonly<Record<string, string>> {
  if (value?.kind !== 'dict') return namesField('environment', value, findings);
  const entries = value.entries.filter(([key, item]) => {
    const name = scalarOf(key) ?? '';
    const isOfRun = ofRun.takes(name, item);
    if (isOfRun) report(`environment ${name}: ${insteadOf(item)}`, item.at, findings);
    return !isOfRun;
  });
  return namesField('environment', { ...value, entries }, findings);
}

function insteadOf(value: PyValue): string {
  const kept = 'it stays out of the image, and the run takes it from the step';
  return holdsPassword(scalarOf(value) ?? '')
    ? `${kept}, for its address has a password; an index of packages is named by "index" below "image", and its password by "secret" there`
    : kept;
}

/** ZenML's own images have it. Without what it calls `local` it runs nothing that no server of ZenML knows. */
function withZenml(texts: readonly string[], base: string | undefined): readonly string[] | undefined {
  const isThere = texts.some((text) => /^zenml(?![\w.-])/.test(text)) || base?.includes('zenmldocker/');
  const packages = isThere ? texts : ['zenml[local]', ...texts];
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
  build_config:
    'one build makes the image; its build_options are args, target and platforms below "image", and its dockerignore is .dockerignore',
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

function isTrue(value: PyValue | undefined): boolean {
  return value?.kind === 'bool' && value.value;
}
