import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import { parseReference } from '../../../oci/reference.ts';
import { scalar, text } from '../../fields/scalar.ts';
import { parseLocale, parseOneLine } from '../../values/names.ts';
import { parseFilePath, parseFolder } from '../../values/paths.ts';

/** What is taken note of and needs no reading. */
const noted = z.unknown().optional();

const number = scalar((written) => {
  const value = /^[-+]?[\d_]*\.?\d*(?:[eE][-+]?\d+)?$/.test(written) && /\d/.test(written);
  if (value) return Number(written.replaceAll('_', ''));
  throw new UserError(`"${written}" is not a number`);
});

const flag = scalar((written) => {
  if (/^(?:yes|true|on)$/i.test(written)) return true;
  if (/^(?:no|false|off)$/i.test(written)) return false;
  throw new UserError(`"${written}" is neither true nor false`);
});

const name = scalar((written) => {
  if (/^[-a-zA-Z0-9_]{1,256}$/.test(written)) return written;
  throw new UserError(`"${written}" is not a name`, { hint: 'letters, digits, "-" and "_"' });
});

const Resource = z.strictObject({ requests: number.optional(), limits: number.optional() }).optional();
export const Resources = z.strictObject({ cpu: Resource, memory: Resource, gpu: Resource, tpu: Resource });

const Pod = {
  index: noted,
  resources: Resources.optional(),
  labels: noted,
  annotations: noted,
  node_selector: noted,
  affinity: noted,
  tolerations: noted,
  service_account: noted,
  image_pull_secrets: noted,
  max_restarts: noted,
  secret_refs: noted,
  config_map_refs: noted,
  configmap_refs: noted,
  data_refs: noted,
  artifact_refs: noted,
  outputs: noted,
  persistence: noted,
};

const Environment = z.strictObject({
  ...Pod,
  replicas: noted,
  cluster_uuid: noted,
  tensorflow: noted,
  tensorflow_job: noted,
  mxnet: noted,
  pytorch: noted,
  pytorch_job: noted,
  horovod: noted,
  mpi_job: noted,
});

const TYPES = [
  ...['int', 'float', 'str', 'bool', 'dict', 'uri', 'auth', 'list'],
  ...['gcs_path', 's3_path', 'azure_path', 'path', 'metric', 'metadata'],
] as const;

const Input = z.strictObject({
  name,
  description: noted,
  type: z.enum(TYPES).optional(),
  default: z.unknown().optional(),
  is_optional: flag.optional(),
  is_list: flag.optional(),
  is_flag: flag.optional(),
  options: z.array(z.unknown()).optional(),
});

const Logging = z.strictObject({
  level: z.enum(['INFO', 'DEBUG', 'WARN', 'WARNING', 'ERROR', 'FATAL', 'CRITICAL']).optional(),
  formatter: noted,
});

const image = scalar(parseReference);
const steps = z.array(text);
/** Each item is checked where it is read: two values, of which the second may be anything. */
const variables = z.array(z.array(z.unknown()));

const BuildKeys = {
  ref: noted,
  backend: z.enum(['native', 'kaniko', 'other']).optional(),
  dockerfile: scalar(parseFilePath).optional(),
  context: scalar(parseFolder).optional(),
  image: image.optional(),
  build_steps: steps.optional(),
  lang_env: scalar(parseLocale).optional(),
  env_vars: variables.optional(),
  commit: noted,
  branch: noted,
  nocache: flag.optional(),
};

/** What every kind of operation has. */
const Operation = {
  version: z.unknown(),
  kind: z.unknown(),
  name: name.optional(),
  description: noted,
  tags: noted,
  logging: Logging.optional(),
  inputs: z.array(Input).optional(),
  outputs: noted,
  declarations: noted,
  params: noted,
  environment: Environment.optional(),
};

const Build = z.strictObject({ ...Operation, version: noted, kind: noted, ...BuildKeys });

/** A command, or several that are joined by `&&`. */
const Run = z.strictObject({ cmd: z.union([text, z.array(text)]) });

/** Up to 0.1.0 the image stood beside the command. */
const LegacyRun = z.strictObject({
  cmd: z.union([text, z.array(text)]),
  image: image.optional(),
  build_steps: steps.optional(),
  steps: steps.optional(),
  env_vars: variables.optional(),
  git: noted,
});

const Job = {
  ...Operation,
  backend: scalar(parseOneLine).optional(),
  framework: noted,
  hptuning: noted,
  settings: noted,
};

/** A file that makes an image and runs nothing. */
export const BuildFile = z.strictObject({ ...Operation, ...BuildKeys });

export const RunFile = z.strictObject({ ...Job, build: Build.optional(), run: Run });

export const LegacyFile = z.strictObject({ ...Job, build: Build.optional(), run: LegacyRun });

export type FileSchema = typeof BuildFile | typeof RunFile | typeof LegacyFile;
