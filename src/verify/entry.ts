/** One entry of a layer, with everything of it that decides bytes. */
export interface LayerEntry {
  /** Absolute in the image. */
  readonly path: string;
  /** As tar has it: `file`, `directory`, `symlink`, `link`, … */
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Where a link leads. */
  readonly link?: string | undefined;
  /** `major:minor` of a device. */
  readonly device?: string | undefined;
  /** The extended attributes and other pax records, by name. */
  readonly records: ReadonlyMap<string, string>;
  /** Hex SHA-256. */
  readonly content: string;
}

/** One entry of a layer, as far as it takes to know which files an image has and to read some of them. */
export interface LayerFile {
  /** Absolute in the image. */
  readonly path: string;
  readonly type: string;
  /** Where a link leads. */
  readonly link?: string | undefined;
  /** Of a file that was wanted. */
  readonly content?: Uint8Array | undefined;
}
