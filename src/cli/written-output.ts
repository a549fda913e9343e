import { fstatSync, writeSync } from 'node:fs'

/** Where words go. */
export interface WrittenOutput {
  readonly isTTY: boolean
  write(text: string): void
  /** Is nothing left to be written? */
  readonly isDone: boolean
}

/**
 * Standard output or standard error. Files, pipes and sockets are written to at once, as Node does on Linux, too (process I/O); but Node loads
 * its network first, which takes longer than many a command. `open` gives Node's stream, which is used for all else; what goes wrong is told
 * to `onError`.
 */
export function writtenOutput(
  handle: number,
  open: () => NodeJS.WriteStream,
  onError: (error: NodeJS.ErrnoException) => void,
): WrittenOutput {
  const info = fstatSync(handle)
  const opened = () => open().on('error', onError)
  let stream = info.isFile() || info.isFIFO() || info.isSocket() ? undefined : opened()
  return {
    isTTY: stream?.isTTY === true,
    write(text) {
      if (stream) return void stream.write(text)
      const bytes = Buffer.from(text)
      let at = 0
      try {
        while (at < bytes.length) at += writeSync(handle, bytes, at)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return onError(error as NodeJS.ErrnoException)
        // Another program that has the pipe, too, does not want to wait: Node's stream does.
        stream = opened()
        stream.write(bytes.subarray(at))
      }
    },
    get isDone() {
      return !stream?.writableLength
    },
  }
}
