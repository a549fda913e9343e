/** Names of the temporary files in which a work tree prepares what it will put in place begin like this: no file of a room may. */
export const temporaryPrefix = '.ai-vcs-tmp-'

/** What lies at a path of the work tree. `mode` is Git's. */
export interface WorkTreeFile {
  readonly path: string
  readonly mode: 0o100644 | 0o100755 | 0o120000
  readonly content: Uint8Array
  /** So long ago it was changed last when `read` looked. */
  readonly restedMs?: number
  /**
   * What lay here before `write` put something else there, where whoever wrote this content may have read that instead; the newest first.
   * `read` tells it, as far as the file system does.
   */
  readonly overtaken?: readonly Uint8Array[]
}

/** What is to lie at a path. */
export type FileToWrite = Pick<WorkTreeFile, 'mode' | 'content'>

/** A program had a file open while it was replaced or deleted, and has written into what is gone. */
export interface DisplacedWrite {
  readonly path: string
  readonly mode: WorkTreeFile['mode']
  /** What the file held when it was replaced. */
  readonly before: Uint8Array
  /** What the program has made of that. */
  readonly after: Uint8Array
}

/** The files of a repository on disk. Paths are UTF-8 with `/`, relative, checked against leaving the tree. */
export interface WorkTree extends AsyncDisposable {
  read(path: string): Promise<WorkTreeFile | undefined>
  /**
   * Replaces or deletes a file atomically, but only while it still holds `expect` (undefined: while nothing lies there).
   * False where it holds something newer, which is then left as it is.
   */
  write(path: string, expect: Uint8Array | undefined, next: FileToWrite | undefined): Promise<boolean>
  /** Calls with paths that may have changed, bursts joined; `undefined` means look at everything. */
  onChange(changed: (paths: readonly string[] | undefined) => void): () => void
  /**
   * Calls with what programs write into a file within a second after `write` has put another in its place. Returns the way to
   * stop, which tells first what has been written until then.
   */
  onDisplaced(written: (write: DisplacedWrite) => void): () => void
  close(): Promise<void>
}
