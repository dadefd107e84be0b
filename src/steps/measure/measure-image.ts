import { type Measured, readMeasured } from '../../fit/measured/measured.ts';
import {
  MEASURED_FILE,
  type MeasuredImage,
  measurementPlan,
} from '../../plan/images/measurement/measurement.ts';
import type { Tools } from '../../tools/tools.ts';

/** Reads the files of an image in a build that is thrown away; undefined: it has no Python that could. */
export async function measureImage(
  image: MeasuredImage,
  { builder, host }: Pick<Tools, 'builder' | 'host'>,
): Promise<Measured | undefined> {
  const text = (await builder.extract(measurementPlan(image))).get(MEASURED_FILE) ?? '';
  const measured = readMeasured(text);
  for (const line of measured === undefined ? ['not read: the image has no Python'] : linesOf(measured))
    host.info(line);
  return measured;
}

function linesOf({ code, complete }: Measured): readonly string[] {
  const found = code.map(
    ({ package: name, version, cubins, ptx }) =>
      `${[name, version].filter(Boolean).join(' ')}: ${[...cubins, ...ptx.map(({ capability }) => `PTX ${capability}`)].join(', ')}`,
  );
  const all = found.length === 0 ? ['no package has code for GPUs'] : found;
  return complete ? all : [...all, 'reading took too long, and was ended'];
}
