import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import { parseReference } from '../../../oci/reference.ts';
import { scalar, text } from '../../rows/scalar.ts';
import { parseLocale, parseOneLine } from '../../values/names.ts';
import { parseFilePath, parseFolder } from '../../values/paths.ts';
import { flag } from '../python/flag.ts';

/** What is read elsewhere, or has no effect here. */
const ignored = z.unknown().optional();

const number = scalar((written) => {
  const value = /^[-+]?[\d_]*\.?\d*(?:[eE][-+]?\d+)?$/.test(written) && /\d/.test(written);
  if (value) return Number(written.replaceAll('_', ''));
  throw new UserError(`"${written}" is not a number`);
});

const name = scalar((written) => {
  if (/^[-a-zA-Z0-9_]{1,256}$/.test(written)) return written;
  throw new UserError(`"${written}" is not a name`, { hint: 'letters, digits, "-" and "_"' });
});

const Resource = z.strictObject({ requests: number.optional(), limits: number.optional() }).optional();
export const Resources = z.strictObject({ cpu: Resource, memory: Resource, gpu: Resource, tpu: Resource });

const Pod = {
  index: ignored,
  resources: Resources.optional(),
  labels: ignored,
  annotations: ignored,
  node_selector: ignored,
  affinity: ignored,
  tolerations: ignored,
  service_account: ignored,
  image_pull_secrets: ignored,
  max_restarts: ignored,
  secret_refs: ignored,
  config_map_refs: ignored,
  configmap_refs: ignored,
  data_refs: ignored,
  artifact_refs: ignored,
  outputs: ignored,
  persistence: ignored,
};

const Environment = z.strictObject({
  ...Pod,
  replicas: ignored,
  cluster_uuid: ignored,
  tensorflow: ignored,
  tensorflow_job: ignored,
  mxnet: ignored,
  pytorch: ignored,
  pytorch_job: ignored,
  horovod: ignored,
  mpi_job: ignored,
});

const TYPES = [
  ...['int', 'float', 'str', 'bool', 'dict', 'uri', 'auth', 'list'],
  ...['gcs_path', 's3_path', 'azure_path', 'path', 'metric', 'metadata'],
] as const;

const Input = z.strictObject({
  name,
  description: ignored,
  type: z.enum(TYPES).optional(),
  default: z.unknown().optional(),
  is_optional: flag.optional(),
  is_list: flag.optional(),
  is_flag: flag.optional(),
  options: z.array(z.unknown()).optional(),
});

const Logging = z.strictObject({
  level: z.enum(['INFO', 'DEBUG', 'WARN', 'WARNING', 'ERROR', 'FATAL', 'CRITICAL']).optional(),
  formatter: ignored,
});

const image = scalar(parseReference);
const steps = z.array(text);
/** Each item is checked where it is read: two values, of which the second may be anything. */
const variables = z.array(z.array(z.unknown()));

const BuildKeys = {
  ref: ignored,
  backend: z.enum(['native', 'kaniko', 'other']).optional(),
  dockerfile: scalar(parseFilePath).optional(),
  context: scalar(parseFolder).optional(),
  image: image.optional(),
  build_steps: steps.optional(),
  lang_env: scalar(parseLocale).optional(),
  env_vars: variables.optional(),
  commit: ignored,
  branch: ignored,
  nocache: flag.optional(),
};

/** What every kind of operation has. */
const Operation = {
  version: ignored,
  kind: ignored,
  name: name.optional(),
  description: ignored,
  tags: ignored,
  logging: Logging.optional(),
  inputs: z.array(Input).optional(),
  outputs: ignored,
  declarations: ignored,
  params: ignored,
  environment: Environment.optional(),
};

const Build = z.strictObject({ ...Operation, version: ignored, kind: ignored, ...BuildKeys });

/** A command, or several that are joined by `&&`. */
const Run = z.strictObject({ cmd: z.union([text, z.array(text)]) });

/** Up to 0.1.0 the image stood beside the command. */
const LegacyRun = z.strictObject({
  cmd: z.union([text, z.array(text)]),
  image: image.optional(),
  build_steps: steps.optional(),
  steps: steps.optional(),
  env_vars: variables.optional(),
  git: ignored,
});

const Job = {
  ...Operation,
  backend: scalar(parseOneLine).optional(),
  framework: ignored,
  hptuning: ignored,
  settings: ignored,
};

/** A file that makes an image and runs nothing. */
export const BuildFile = z.strictObject({ ...Operation, ...BuildKeys });

export const RunFile = z.strictObject({ ...Job, build: Build.optional(), run: Run });

export const LegacyFile = z.strictObject({ ...Job, build: Build.optional(), run: LegacyRun });

export type FileSchema = typeof BuildFile | typeof RunFile | typeof LegacyFile;
