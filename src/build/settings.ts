import type { Variables } from '../io/process/exec.ts';
import { CA_PATH } from '../plan/dockerfile/certificate-mounts.ts';
import type { BuildPlan } from '../plan/plan.ts';
import { PYTORCH_KEY } from '../recipe/packages/wheels.ts';
import type { BuildSettings, SecretSource } from './arguments/arguments.ts';
import { writePrivate } from './command/work-folder.ts';
import { type AccessFiles, accessFiles } from './machine/access-files.ts';
import { channelMirrors } from './machine/channel-mirrors.ts';
import type { HostFacts } from './machine/facts.ts';
import { fileValues, secretSources } from './machine/secret-sources.ts';

export interface SettingsOptions {
  readonly env: Variables;
  /** The repository's folder, for secrets that are files. */
  readonly folder: string;
  /** Ids of the secrets that carry what the steps need of this machine. */
  readonly hostSecrets: Readonly<
    Record<keyof AccessFiles | 'certificates' | 'certificatesPath' | 'pip' | 'conda', string>
  >;
  /** Told of values that nothing may show, before they are used. */
  readonly mask: (values: readonly string[]) => void;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
}

/** What one build takes from this machine and its caller, what it has to read from files written into a private folder. */
export async function buildSettings(
  folder: string,
  plan: BuildPlan,
  facts: HostFacts,
  options: SettingsOptions,
): Promise<Omit<BuildSettings, 'builder'>> {
  const { cacheFrom, cacheTo, hostSecrets } = options;
  // Given even when they are empty, so that the Dockerfile is the same on every machine.
  const certificates = await writePrivate(folder, 'certificates.pem', facts.certificates);
  const hasIndex = plan.access?.index !== undefined;
  const config = hasIndex ? facts.pip.withoutIndex : facts.pip.whole;
  const pip = await writePrivate(folder, 'pip.conf', `${config}${mirrorText(plan.pytorchIndex)}`);
  const { files, values } = await accessFiles(plan.access, options);
  const sources = await secretSources(plan.secrets, options.env, options.folder);
  options.mask([...values, ...(await fileValues(sources))]);
  const named = await Promise.all(sources.map((source, index) => sized(source, index, folder)));
  const access = await Promise.all(
    files.map(async ([name, text]) => ({
      id: hostSecrets[name],
      file: await writePrivate(folder, name, text),
    })),
  );
  const secrets = [
    { id: hostSecrets.certificates, file: certificates },
    ...(mountsCertificates(plan, facts) ? [{ id: hostSecrets.certificatesPath, value: CA_PATH }] : []),
    { id: hostSecrets.pip, file: pip },
    ...access,
    ...(plan.channelMirrors === undefined
      ? []
      : [{ id: hostSecrets.conda, value: channelMirrors(plan.channelMirrors) }]),
    ...named,
  ];
  return { cacheFrom, cacheTo, secrets, proxies: facts.proxies, hostNetwork: facts.hostNetwork };
}

/** A machine without certificates of its own builds the Dockerfile as it is written. */
export function mountsCertificates({ ownPath }: BuildPlan, { certificates }: HostFacts): boolean {
  return ownPath !== undefined && certificates !== '';
}

/** pip reads no section of this name; the steps that install torch do. */
function mirrorText(pytorchIndex: string | undefined): string {
  return pytorchIndex === undefined ? '' : `[jobimg]\n${PYTORCH_KEY} = ${pytorchIndex}\n`;
}

/** Linux takes no variable of 128 KiB and more: a value of that size goes over in a file. */
async function sized(source: SecretSource, index: number, folder: string): Promise<SecretSource> {
  if ('file' in source || Buffer.byteLength(source.value) < 100_000) return source;
  return { id: source.id, file: await writePrivate(folder, `secret-${index}`, source.value) };
}
