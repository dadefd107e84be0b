import { extname } from 'node:path/posix';

/** A file of a folder. */
export interface SizedFile {
  /** Relative to the folder. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** What was compressed by who wrote it, or is weights: noise to a compressor, which takes its time all the same. */
const DENSE: ReadonlySet<string> = new Set(
  (
    'pt pth ckpt safetensors bin gguf onnx h5 hdf5 keras pb tflite npz parquet arrow tfrecord mar ' +
    'gz tgz zst xz bz2 lz4 zip 7z whl jpg jpeg png webp gif mp3 mp4 webm flac ogg pdf'
  )
    .split(' ')
    .map((extension) => `.${extension}`),
);

/** Bytes of other files above which zlib's best levels would take longer than sending what they save. */
const MUCH = 256 * 1024 ** 2;

/**
 * Levels of zlib: 0 where most of it gets no smaller, 6 for what is small, 1 for what is large. One core packs 3 GB of
 * numbers at about 30 MB/s with 6, and 100 MB/s with 1; with 0 the disk or the network is what takes the time.
 */
export function compressionLevel(files: readonly SizedFile[]): 0 | 1 | 6 {
  const total = sizeOf(files);
  const dense = sizeOf(files.filter(({ path }) => DENSE.has(extname(path).toLowerCase())));
  if (dense > total / 2) return 0;
  return total > MUCH ? 1 : 6;
}

export function sizeOf(files: readonly SizedFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
