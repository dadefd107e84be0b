/** The builder that a build goes to. */
export type BuilderChoice =
  /** The one that the user or the operator named. */
  | { readonly kind: 'named'; readonly name: string }
  /** The one that buildx itself would take. */
  | { readonly kind: 'current' }
  /** One that is made here, because the current one cannot push what was asked for. */
  | { readonly kind: 'own' }
  /** The engine's own was named, and cannot push. */
  | { readonly kind: 'none' };

export interface ChoiceFacts {
  /** By the `builder` input, or by `JOBIMG_BUILDER`. */
  readonly named: string | undefined;
  /** Whether the image goes to a registry; the local engine takes it from every builder. */
  readonly pushes: boolean;
  /** Whether the local engine keeps images in its classic store; undefined: it does not answer. */
  readonly classicStore: boolean | undefined;
  /** The driver of the builder that buildx would take; undefined: it has none that works. */
  readonly driver: string | undefined;
}

/** https://docs.docker.com/build/builders/drivers/ : only `docker` builds inside the engine, with the engine's store. */
export function chooseBuilder({ named, pushes, classicStore, driver }: ChoiceFacts): BuilderChoice {
  const isClassic = pushes && classicStore === true;
  if (named !== undefined) {
    return isClassic && named === 'default' ? { kind: 'none' } : { kind: 'named', name: named };
  }
  const cannotPush = isClassic && (driver === undefined || driver === 'docker');
  return cannotPush ? { kind: 'own' } : { kind: 'current' };
}

/** The driver in the answer of `docker buildx inspect`. */
export function readDriver(text: string): string | undefined {
  return /^Driver:\s*(\S+)/m.exec(text)?.[1];
}
