import { UserError } from '../../../errors.ts';
import { holdsCredentials } from '../../../jobspec/values/names.ts';
import { archiveNamed } from '../requirements/archives.ts';

const EDITABLE = /^(?:-e|--editable)(?:\s*=\s*|\s+)(\S.*)$/;

/** undefined for an option, which is left to pip. */
export function readRequirement(line: string): string | undefined {
  const editable = EDITABLE.exec(line)?.[1];
  if (line.startsWith('-') && editable === undefined) {
    checkOption(line);
    return undefined;
  }
  const requirement = editable ?? line;
  if (isLocal(requirement)) throw localFile(requirement);
  if (holdsCredentials(requirement)) throw withPassword(requirement);
  return requirement;
}

function checkOption(line: string): void {
  if (!holdsCredentials(line)) return;
  throw new UserError('the address of a package index contains a password or a token', {
    code: 'password-in-file',
    hint: `write \${NAME} in its place, and declare the build secret: image: { secrets: [NAME] }`,
  });
}

function withPassword(requirement: string): UserError {
  return new UserError(
    'the address of a package contains a password or a token, and the image would keep it',
    {
      code: 'password-in-file',
      hint: /(?:^|[\s@])git\+/.test(requirement)
        ? 'take it out, and declare the build secret that holds a token: image: { git: { token: GIT_TOKEN } }'
        : `write \${NAME} in its place, and declare the build secret: image: { secrets: [NAME] }`,
    },
  );
}

/** `./pkg`, `../pkg`, `file:…`, `pkg @ file:…` */
function isLocal(requirement: string): boolean {
  const [target = ''] = requirement.split(/\s/);
  if (archiveNamed(requirement) !== undefined) return false;
  return /^(?:\.|\/|file:)/i.test(target) || /\s@\s*(?:file:|\.|\/)/i.test(requirement);
}

function localFile(requirement: string): UserError {
  return new UserError(
    `"${requirement}" is a folder or file of the repository, which is not in the image yet when packages are installed`,
    {
      code: 'local-requirement',
      hint: 'install the repository itself with image: { install: project }, or another folder with image: { setup: [pip install ./folder] }',
    },
  );
}
