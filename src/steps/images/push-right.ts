import { askedOnce } from '../../asked-once.ts';
import { type Finding, hasOnlyCode, UserError } from '../../errors.ts';
import { printReference } from '../../oci/reference.ts';
import type { Repository } from '../../oci/types.ts';
import type { Tools } from '../../tools/tools.ts';

/** The right to push to a repository: nobody asks for it who finds what he looks for. */
export interface PushRight {
  /** Why a push would be refused; undefined: it is allowed. */
  refusal(): Promise<UserError | undefined>;
  /** Before a build: nobody waits for an image that cannot be kept. */
  require(): Promise<void>;
  /**
   * What stands under a tag. Some registries deny to read what does not exist yet: where a push is allowed they are
   * asked again with that right, and where it is not, nobody knows.
   */
  reading<T>(read: () => Promise<T>): Promise<T>;
}

export function pushRight(
  repository: Repository,
  registry: Pick<Tools['registry'], 'pushRefusal'>,
): PushRight {
  const ask = askedOnce((to: Repository) => registry.pushRefusal(to));
  const refusal = (): Promise<UserError | undefined> => ask(repository);

  async function require(): Promise<void> {
    const refused = await refusal();
    if (refused !== undefined) throw readOnly(repository, refused);
  }

  async function reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!isDenied(error)) throw error;
      const refused = await refusal();
      if (refused !== undefined) throw unreadable(repository, error, refused);
      return read();
    }
  }

  return { refusal, require, reading };
}

/** Of who only looks: what may not be read is unknown, and no right to push is asked for to learn more. */
export const READ_ONLY: Pick<PushRight, 'require' | 'reading'> = {
  require: () => Promise.reject(new Error('nothing is pushed by who only looks')),
  reading: (read) => read(),
};

/** Whether nobody knows what is there, and nothing can be put there either. */
export function isWithoutRights(error: unknown): boolean {
  return hasOnlyCode(error, 'no-push-rights');
}

function isDenied(error: unknown): error is UserError {
  return hasOnlyCode(error, 'registry-denied');
}

function readOnly({ registry, path }: Repository, refused: UserError): UserError {
  return new UserError(`the login for ${registry} may not push to "${path}": ${refused.message}`, {
    code: 'no-push-rights',
    hint: withLocal(refused),
    cause: refused,
  });
}

function unreadable(repository: Repository, denied: UserError, refused: UserError): UserError {
  const name = printReference(repository);
  return new UserError(
    `whether the image is in ${name} is not known, and nothing may be pushed there: ${denied.message}`,
    { code: 'no-push-rights', hint: withLocal(refused), cause: denied },
  );
}

/** What would open the registry, and the way without. */
function withLocal({ findings: [finding] }: UserError): string {
  const local = 'keep images in the local engine with `registry: none`';
  return finding?.hint === undefined ? local : `${finding.hint}; or ${local}`;
}

/** That images nobody asked to push stay on this machine. */
export function stayingLocal(repository: Repository, refused: UserError): Finding {
  return {
    level: 'warning',
    code: 'no-push-rights',
    message: `the token may not push to ${printReference(repository)}, so images stay in the local engine`,
    hint: withLocal(refused),
  };
}
