import { text as awsBatch } from './aws-batch.yml';
import { text as codalab } from './codalab.yml';
import { text as dstack } from './dstack.yml';
import { text as huggingface } from './huggingface.yml';
import { text as metaflow } from './metaflow.yml';
import { text as polyaxon } from './polyaxon.yml';
import { text as skypilot } from './skypilot.yml';
import { text as valohai } from './valohai.yml';
import { text as zenml } from './zenml.yml';

/** Descriptions of places that we bring along, by their names: what `src/jobspec/layers/places/preset.ts` reads. */
export const PRESET_TEXTS = new Map<string, string>([
  ['valohai', valohai],
  ['polyaxon', polyaxon],
  ['codalab', codalab],
  ['metaflow', metaflow],
  ['zenml', zenml],
  ['aws-batch', awsBatch],
  ['skypilot', skypilot],
  ['dstack', dstack],
  ['huggingface', huggingface],
]);
