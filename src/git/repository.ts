import type { Crypto } from '../contracts/crypto.ts'
import type { ObjectFormat } from '../contracts/object-store.ts'
import type { GitConfig } from './config.ts'
import type { GitProgram } from './git-program.ts'
import type { GitIndex } from './index-file.ts'
import type { IndexImages } from './index-images.ts'
import type { GitObjectStore } from './object-store.ts'
import type { GitRefs } from './refs.ts'

/** An open repository. */
export interface GitRepository extends AsyncDisposable {
  /** Is there a work tree? Where it is not asked for, there may be none. */
  readonly hasFiles: boolean
  /** The root of the checked-out files; the git folder where there are none. */
  readonly workTree: string
  /** What belongs to this work tree: HEAD, index, states of unfinished operations. */
  readonly gitDir: string
  /** Of this work tree. */
  readonly indexFile: string
  /** Where objects are written. */
  readonly objectDir: string
  /** What all work trees of the repository share. */
  readonly commonDir: string
  /** Our own folder in it: `<common dir>/ai-vcs`. It may not exist yet. */
  readonly dataDir: string
  readonly format: ObjectFormat
  readonly crypto: Crypto
  readonly git: GitProgram
  /** The same for commands that run hooks: these find the variables of the user, and not ours. */
  readonly hooked: GitProgram
  /** The variables of whoever opened it, as programs of the user's get them. */
  readonly env: NodeJS.ProcessEnv
  /** Where it was opened: relative paths in those variables begin there. */
  readonly openedAt: string
  readonly config: GitConfig
  readonly objects: GitObjectStore
  readonly refs: GitRefs
  readonly index: GitIndex
  readonly images: IndexImages
  close(): Promise<void>
}
