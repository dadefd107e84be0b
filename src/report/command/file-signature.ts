import type { Finding } from '../../errors.ts';
import type { ShownSignature } from './file-origin.ts';

/** What is wrong with the signatures about a file; with `isRequired`, that there is none as well. */
export function signatureFindings(
  name: string,
  signatures: readonly ShownSignature[],
  isRequired: boolean,
): readonly Finding[] {
  if (signatures.length === 0 && isRequired) return [notSigned(name)];
  return signatures.flatMap((one) => (one.kind === 'verified' ? [] : [findingOf(name, one)]));
}

/** 4 where nobody could tell, which is not taken for right. */
export function signatureExitCode(findings: readonly Finding[]): number {
  if (findings.length === 0) return 0;
  return findings.every(({ code }) => code === UNCHECKED) ? 4 : 1;
}

const UNCHECKED = 'signature-unchecked';

function findingOf(name: string, signed: Exclude<ShownSignature, { kind: 'verified' }>): Finding {
  const { kind, bundle, why, hint } = signed;
  if (kind === 'unknown')
    return {
      level: 'error',
      code: UNCHECKED,
      message: `the signature about "${name}" was not checked: ${why}`,
      hint,
    };
  return {
    level: 'error',
    code: 'signature',
    message: `"${bundle}" does not prove who made "${name}": ${why}`,
    hint: 'take neither file for what it says; fetch both from where they were published',
  };
}

function notSigned(name: string): Finding {
  return {
    level: 'error',
    code: 'signature',
    message: `no signature about "${name}" was found`,
    hint: 'name the bundle, which is in the folder and the artifact of the run: --bundle provenance/bundle.sigstore.json',
  };
}
