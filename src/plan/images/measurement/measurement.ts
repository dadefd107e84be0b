import { printReference } from '../../../oci/reference.ts';
import type { Platform, Reference } from '../../../oci/types.ts';
import type { Step } from '../../../recipe/step.ts';
import { heredocName } from '../../dockerfile/render.ts';
import type { BuildPlan } from '../../plan.ts';
import { JOB_EPOCH } from '../job-image.ts';
import { text as READER } from './reader.py';

/** The file that is left of the build. */
export const MEASURED_FILE = 'gpu-code.json';

const FOLDER = '/tmp/jobimg-gpu-code';
/** No line of the program is this one. */
const END = '--end--';

export interface MeasuredImage {
  readonly image: Reference;
  readonly platform: Platform;
  readonly buildkit: Reference;
}

/**
 * A build that is thrown away: the image's own Python, without its packages and without a network, reads its files. An
 * image without Python leaves an empty file.
 */
export function measurementPlan({ image, platform, buildkit }: MeasuredImage): BuildPlan {
  const { registry, path } = image;
  return {
    dockerfile: dockerfileOf(image),
    steps: [STEP],
    context: [],
    args: new Map(),
    secrets: [],
    platform,
    runs: true,
    compression: 'zstd',
    epoch: JOB_EPOCH,
    annotations: new Map(),
    buildkit,
    reads: [{ registry, path }],
  };
}

/** Names the build's one step in the log. */
const STEP: Step = {
  title: 'read the files',
  kind: 'shell',
  offline: true,
  run: '',
  secrets: [],
  env: new Map(),
  files: [],
};

function dockerfileOf(image: Reference): string {
  const name = heredocName(SCRIPT);
  return [
    `FROM ${printReference(image)} AS image`,
    'USER 0',
    'SHELL ["/bin/sh", "-c"]',
    `RUN --network=none <<'${name}'`,
    SCRIPT,
    name,
    'FROM scratch',
    `COPY --from=image ${FOLDER}/ /`,
    '',
  ].join('\n');
}

const SCRIPT = [
  'set -eu',
  `mkdir -p ${FOLDER}`,
  `: > ${FOLDER}/${MEASURED_FILE}`,
  'for python in python3 python; do',
  '  if command -v "$python" > /dev/null; then',
  `    "$python" -I -S - / > ${FOLDER}/${MEASURED_FILE} <<'${END}'`,
  `${READER}${END}`,
  '    exit 0',
  '  fi',
  'done',
].join('\n');
