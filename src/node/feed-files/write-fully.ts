import type { FileHandle } from 'node:fs/promises'

/** Writes all bytes at an offset: a single write may take only some of them, on a disk that gets full, say. */
export async function writeFully(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at, offset + at)).bytesWritten
}
