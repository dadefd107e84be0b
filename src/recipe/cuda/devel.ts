import type { BuiltImage, Job } from '../../jobspec/job/job.ts';
import { asksForGpu } from '../gpu.ts';
import type { Notes } from '../notes.ts';
import { installingStep, requireApt } from '../packages/apt.ts';
import type { Step } from '../step.ts';

/** What setuptools, torch.compile and Triton call, and the headers that they need. */
const COMPILERS: readonly string[] = ['g++', 'gcc', 'libc6-dev', 'make'];

interface ChooseDevelOptions {
  readonly job: Job;
  readonly image: BuiltImage;
  /** Whether torch is among the packages that are installed. */
  readonly hasTorch: boolean;
}

export interface Devel {
  readonly where: 'none' | 'build' | 'runtime';
  /** Nobody asked for it: a base that gets none is no error. */
  readonly isGuess: boolean;
}

/** torch.compile needs a compiler while the job runs, and without a GPU there is little to compile for. */
export function chooseDevel({ job, image, hasTorch }: ChooseDevelOptions, notes: Notes): Devel {
  if (image.devel !== 'auto') return { where: image.devel, isGuess: false };
  if (!hasTorch || !asksForGpu(job)) return { where: 'none', isGuess: true };
  const why = 'torch.compile needs one while the job runs; image: { devel: none } leaves it out';
  notes.reasons.push({ subject: 'compiler', choice: 'gcc', why });
  return { where: 'runtime', isGuess: true };
}

const NO_APT = 'compilers need a base of Debian or Ubuntu';

export function compilersStep(job: Job, { isGuess }: Devel): Step {
  const before = [
    'if command -v gcc > /dev/null && command -v g++ > /dev/null; then exit 0; fi',
    isGuess
      ? "command -v apt-get > /dev/null || { echo 'jobimg: the base has no apt-get, so the image gets no compiler'; exit 0; }"
      : requireApt(NO_APT),
  ];
  const origin = job.origins.get('image.devel');
  return installingStep({ title: 'compilers', before, packages: COMPILERS, origin });
}

const HAS_HEADERS =
  'import os, sys, sysconfig; sys.exit(not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")))';

/** Those of the distribution's own Python; others have them. */
export function headersStep(job: Job, { isGuess }: Devel): Step {
  const before = [
    'export PYTHONDONTWRITEBYTECODE=1',
    `if python3 -c '${HAS_HEADERS}'; then exit 0; fi`,
    isGuess ? 'command -v apt-get > /dev/null || exit 0' : requireApt(NO_APT),
  ];
  const origin = job.origins.get('image.devel');
  return installingStep({ title: 'python headers', before, packages: ['python3-dev'], origin });
}
