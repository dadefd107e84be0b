/** How files of other systems are read, of which some were less strict than they say. */
export interface ReadingRules {
  /** Whether a key that nobody knows is an error; else it is a warning, and without effect. */
  readonly strict: boolean;
  /** What a template gives for a name that nobody declared. */
  readonly undefinedNames: 'error' | 'empty';
}

export const STRICT: ReadingRules = { strict: true, undefinedNames: 'error' };
