import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { BuiltImage, Job } from '../../jobspec/job/job.ts';
import { didYouMean } from '../../jobspec/values/suggest.ts';
import { parseReference, printReference } from '../../oci/reference.ts';
import type { Reference } from '../../oci/types.ts';
import type { Cuda } from '../cuda/cuda.ts';
import { asksForGpu } from '../gpu.ts';
import type { Notes } from '../notes.ts';
import type { PythonChoice } from '../packages/python.ts';

/** The bases of `version: 1`; a later release may add rows and change none. */
export const BASES = {
  /** Debian 12 with CPython and pip, no compiler: for CPU, and for wheels that bring their own CUDA. */
  python: (version: string): string => `python:${version}-slim-bookworm`,
  /**
   * PyTorch 2.7.1 with CUDA 12.6, cuDNN 9, conda's Python 3.11, and gcc for Triton; as of 2025-06-04,
   * https://github.com/pytorch/pytorch/releases/tag/v2.7.1 and the Dockerfile and docker.Makefile beside it
   */
  pytorch: { name: pytorchImage('12.6'), python: '3.11' },
} as const;

/** The usual one first; each CUDA of a release has its image: .github/scripts/generate_docker_release_matrix.py there. */
export const PYTORCH_BASES: readonly string[] = ['12.6', '12.8', '11.8'].map(pytorchImage);

function pytorchImage(cuda: string): string {
  return `pytorch/pytorch:2.7.1-cuda${cuda}-cudnn9-runtime`;
}

export interface BaseChoice {
  readonly reference: Reference;
  /** Whether it is of our table, so that it is known to have the Python that was chosen. */
  readonly known: boolean;
  /** Whether no package of Python is in it but pip. */
  readonly isPythonAlone: boolean;
}

interface ChooseBaseOptions {
  readonly job: Job;
  readonly image: BuiltImage;
  readonly python: PythonChoice;
  readonly cuda: Cuda;
  /** Whether any package of Python is asked for, or any file that could ask. */
  readonly hasDependencies: boolean;
  /** Who names a base: the spec, or what speaks against the usual one. */
  readonly why: string;
}

export function chooseBase(options: ChooseBaseOptions, notes: Notes): BaseChoice {
  const { job, image, python } = options;
  if (image.base !== undefined) return writtenBase(job, image.base, options.why, notes);
  if (options.cuda.base !== undefined)
    return { reference: options.cuda.base, known: false, isPythonAlone: false };
  if (asksForGpu(job) && image.cuda !== 'none' && !options.hasDependencies) return pytorchBase(python, notes);

  const reference = parseReference(BASES.python(python.version));
  notes.reasons.push({
    subject: 'base',
    choice: shown(reference),
    why: `Python ${python.version}: ${python.why}`,
    origin: python.origin,
  });
  return { reference, known: true, isPythonAlone: true };
}

function writtenBase(job: Job, reference: Reference, why: string, notes: Notes): BaseChoice {
  const origin = job.origins.get('image.base');
  notes.reasons.push({ subject: 'base', choice: shown(reference), why, origin });
  warnMoving(reference, origin, notes.findings);
  return { reference, known: false, isPythonAlone: false };
}

/**
 * A name without tag, or with one that says nothing, is another image next month.
 * @param stages of a Dockerfile, one of which a mistyped name may mean
 */
export function warnMoving(
  reference: Reference,
  location: Location | undefined,
  findings: Findings,
  stages: readonly string[] = [],
): void {
  if (reference.digest !== undefined || (reference.tag !== undefined && reference.tag !== 'latest')) return;
  findings.warning(
    'moving-tag',
    `the image "${shown(reference)}" has ${reference.tag === undefined ? 'no tag' : 'the tag "latest"'}: it changes from time to time`,
    { hint: didYouMean(shown(reference), stages) ?? 'write the tag of a version, or a digest', at: location },
  );
}

function pytorchBase(python: PythonChoice, notes: Notes): BaseChoice {
  const { name, python: brought } = BASES.pytorch;
  if (python.accepts !== undefined && !python.accepts.includes(brought)) {
    notes.findings.error(
      'base-python',
      `there is no dependency file, so the base would be ${name} with Python ${brought}, but Python ${python.version} is asked for (${python.why})`,
      {
        hint: 'name the packages, image: { packages: [torch] }, or the base, image: { base: … }',
        at: python.origin,
      },
    );
  }
  const reference = parseReference(name);
  notes.reasons.push({
    subject: 'base',
    choice: shown(reference),
    why: 'a GPU is asked for and there is no dependency file',
  });
  return { reference, known: true, isPythonAlone: false };
}

function shown(reference: Reference): string {
  return printReference(reference, { familiar: true });
}
