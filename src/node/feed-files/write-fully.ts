import { writeSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

const mostAtOnceBytes = 64 * 1024

/** Writes all bytes at an offset: a single write may take only some of them, on a disk that gets full, say. */
export async function writeFully(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at, offset + at)).bytesWritten
}

/**
 * The same for what is synced next. A few KB only go to the system's cache: the way to another thread and back takes several
 * times as long as that, and everybody waits for it who is to see what was typed.
 */
export async function writeSoon(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  if (bytes.length > mostAtOnceBytes) return writeFully(file, bytes, offset)
  for (let at = 0; at < bytes.length;) at += writeSync(file.fd, bytes, at, bytes.length - at, offset + at)
}
