import { printBytes } from '../../disk/bytes.ts';
import type { FitAnswer } from '../../fit/answer.ts';
import type { Architectures, Fact, ImageFacts, TargetFacts, TargetGpu } from '../../fit/facts.ts';
import { findingJson } from '../failed/finding-json.ts';
import type { Json } from '../plan-json.ts';

/** What was found out, one line for each fact with who says it, and the verdict. */
export function printFit({ reference, image, targets, fits }: FitAnswer): readonly string[] {
  return [
    `image ${reference}`,
    ...Object.entries(imageTexts(image)).map(([name, fact]) => `  ${name}: ${fact.value} (${fact.source})`),
    ...targets.flatMap((target) => [
      target.name,
      ...Object.entries(targetTexts(target)).map(
        ([name, fact]) => `  ${name}: ${fact.value} (${fact.source})`,
      ),
    ]),
    VERDICTS.get(fits) ?? '',
  ];
}

const VERDICTS: ReadonlyMap<boolean | undefined, string> = new Map([
  [true, 'it runs there'],
  [false, 'it does not run there'],
  [undefined, 'whether it runs there is not certain'],
]);

export function fitJson({ reference, image, targets, findings, fits }: FitAnswer): Json {
  return {
    image: { reference, facts: factsJson(imageTexts(image)) },
    targets: targets.map((target) => ({ name: target.name, facts: factsJson(targetTexts(target)) })),
    fits: fits ?? null,
    findings: findings.map(findingJson),
  };
}

type Texts = Readonly<Record<string, Fact<string>>>;

function factsJson(texts: Texts): Json {
  return Object.fromEntries(
    Object.entries(texts).map(([name, { value, source }]) => [name, { value, source }]),
  );
}

function imageTexts(image: ImageFacts): Texts {
  const { cuda, framework, architectures, others, env, compat, platforms, size } = image;
  return known({
    cuda,
    framework: framework && text(framework, ({ name, version }) => [name, version].filter(Boolean).join(' ')),
    'compute-capabilities': architectures && text(architectures, codeText),
    'other-code':
      others &&
      text(others, (all) => all.map((one) => `${one.name} for ${codeText(one.architectures)}`).join('; ')),
    requires: env && text(env, (variables) => variables.get('NVIDIA_REQUIRE_CUDA') ?? ''),
    'cuda-compat': compat && text(compat, (version) => version ?? 'none'),
    platforms:
      platforms &&
      text(platforms, (all) => all.map(({ os, architecture }) => `${os}/${architecture}`).join(', ')),
    size: size && text(size, printBytes),
  });
}

/** `8.0, 9.0a, PTX 9.0`. */
function codeText({ cubins, ptx }: Architectures): string {
  return [...cubins, ...ptx.map((one) => `PTX ${one}`)].join(', ') || 'none';
}

function targetTexts({ driver, gpus, architecture, runtime, freeDisk }: TargetFacts): Texts {
  return known({
    driver,
    gpus: gpus && text(gpus, (all) => all.map(gpuText).join(', ')),
    architecture,
    runtime,
    'free-disk': freeDisk && text(freeDisk, printBytes),
  });
}

function gpuText({ name = 'a GPU', computeCapability, memory, count }: TargetGpu): string {
  const more = [
    computeCapability === undefined ? undefined : `compute capability ${computeCapability}`,
    memory === undefined ? undefined : printBytes(memory),
  ].filter((part) => part !== undefined);
  const shown = more.length === 0 ? name : `${name} (${more.join(', ')})`;
  return count === undefined ? shown : `${count} × ${shown}`;
}

function text<T>({ value, source }: Fact<T>, print: (value: T) => string): Fact<string> {
  return { value: print(value), source };
}

function known(texts: Readonly<Record<string, Fact<string> | undefined>>): Texts {
  const there = Object.entries(texts).filter(
    (entry): entry is [string, Fact<string>] => (entry[1]?.value ?? '') !== '',
  );
  return Object.fromEntries(there);
}
