import type { FitCall } from '../../host/inputs/fit-command.ts';
import { fitJson, printFit } from '../../report/command/fit.ts';
import type { Json } from '../../report/plan-json.ts';
import { fitImage } from '../../steps/fit/fit-image.ts';
import type { Tools } from '../../tools/tools.ts';

/** `jobimg fit`: 1 when the image does not run there. */
export async function fitCall(
  { json, ...question }: FitCall,
  tools: Tools,
  print: (json: Json) => void,
): Promise<number> {
  const answer = await fitImage(question, tools);
  for (const finding of answer.findings) tools.host.finding(finding);
  if (json) print(fitJson(answer));
  else for (const line of printFit(answer)) tools.host.info(line);
  return answer.fits === false ? 1 : 0;
}
