import type { Findings } from '../../findings.ts';
import { asWritten, type Field, type Fields } from '../draft/fields.ts';
import { report, reportComputed } from '../not-converted.ts';
import type { PySource } from '../python/source.ts';
import { lastPart, scalarOf } from '../python/value.ts';
import { Packages } from './packages.ts';
import { CLUSTERS, type Decorated, PACKAGES } from './steps.ts';

/** One image for all steps: Metaflow itself, the packages of each, and the image that they name. */
export function imageFields(all: readonly Decorated[], source: PySource, findings: Findings): Fields {
  const base = oneOf('image', all.filter(isOfCluster), findings);
  const managed = all.filter(({ decorator }) => PACKAGES.includes(lastPart(decorator.name)));
  const python = oneOf('python', managed, findings);
  const [pypi, conda] = [new Packages('pypi'), new Packages('conda')];
  for (const { decorator, owner } of managed) {
    const packages = lastPart(decorator.name).startsWith('conda') ? conda : pypi;
    packages.add(decorator, owner, findings);
  }
  const isDisabled = managed.some(({ decorator }) => {
    const value = decorator.keywords.get('disabled');
    return value?.kind === 'bool' && value.value;
  });
  const own = pypi.texts.some((text) => /^metaflow(?![\w.-])/.test(text)) ? [] : ['metaflow'];
  const others = /^\s*(?:from|import)\s+metaflow_/m.test(source.text);
  if (others)
    report(
      'the flow imports an extension of Metaflow: add its package to "image.packages"',
      { file: source.file },
      findings,
    );
  return {
    base,
    python: python === undefined ? undefined : asWritten(python.replace(/\.\*$/, '')),
    packages: [...own, ...pypi.texts],
    conda: listOf(conda),
    isolated: base !== undefined && managed.length > 0 && !isDisabled ? true : undefined,
  };
}

function listOf(conda: Packages): Field | undefined {
  return conda.texts.length === 0 ? undefined : conda.texts;
}

function isOfCluster({ decorator }: Decorated): boolean {
  return CLUSTERS.includes(lastPart(decorator.name));
}

/** The value that the first of them has, and whoever has another. */
function oneOf(key: string, all: readonly Decorated[], findings: Findings): string | undefined {
  let chosen: string | undefined;
  for (const { decorator, owner } of all) {
    const value = decorator.keywords.get(key);
    if (value === undefined || value.kind === 'none') continue;
    const text = scalarOf(value);
    if (text === undefined)
      reportComputed(`@${lastPart(decorator.name)} of ${owner}: ${key}`, value, findings);
    else if (chosen === undefined) chosen = text;
    else if (chosen !== text)
      report(
        `${owner} has the ${key} "${text}", and the job "${chosen}": one image is for all steps`,
        value.at,
        findings,
      );
  }
  return chosen;
}
