/** A parameter keeps the text that was written (`1e-4`, `3.10`) beside the type it was checked against. */
export interface Param {
  readonly type: 'string' | 'int' | 'float' | 'bool';
  readonly text: string;
}

/** What the spec says of a param that it describes by a mapping. */
export interface ParamDeclaration {
  readonly type?: Param['type'] | undefined;
  readonly default?: string | undefined;
  readonly choices?: readonly string[] | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly required?: boolean | undefined;
  readonly description?: string | undefined;
}
