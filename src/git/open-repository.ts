import { delimiter, join, resolve } from 'node:path'
import type { Crypto } from '../contracts/crypto.ts'
import { allowedProtocols } from './allowed-protocols.ts'
import { GitConfig } from './config.ts'
import { findPlaces } from './find-places.ts'
import { GitProgram } from './git-program.ts'
import { IndexImages } from './index-images.ts'
import { GitIndex } from './index-file.ts'
import { GitObjectStore } from './object-store.ts'
import { refuseUnknownFormat } from './probe.ts'
import { plainIdent } from './plain-ident.ts'
import { GitRefs } from './refs.ts'
import type { GitRepository } from './repository.ts'

/** Where to look and with what. */
export interface OpenRepositoryOptions {
  /** A folder in the work tree. */
  readonly path: string
  readonly crypto: Crypto
  /** The variables of the process unless others are given; `GIT_DIR` and its like are heeded as git does. */
  readonly env?: NodeJS.ProcessEnv
  /** Is one of use that has no files, for whoever asks for commits alone? */
  readonly mayBeBare?: boolean
  readonly signal?: AbortSignal
}

/**
 * Opens the repository that a folder lies in. Nothing in it is changed. Throws NOT_A_REPOSITORY, WORK_TREE_MISSING, or REPOSITORY_UNSUPPORTED with
 * the name of the feature; git itself refuses what belongs to another user (GIT_FAILED).
 */
export async function openRepository(options: OpenRepositoryOptions): Promise<GitRepository> {
  const { crypto, env = process.env, signal, mayBeBare } = options
  const places = await findPlaces(options.path, { env, mayBeBare, signal })
  const hasFiles = places.workTree !== undefined
  const { workTree = places.gitDir, gitDir, commonDir, indexFile, format } = places
  // From here on git is told where everything lies: a call costs no search, and no change of folder can mislead it.
  const asked = new GitProgram(workTree, {
    ...env,
    GIT_DIR: gitDir,
    ...(hasFiles && { GIT_WORK_TREE: workTree }),
    GIT_INDEX_FILE: indexFile,
    GIT_OBJECT_DIRECTORY: places.objectDir,
  })
  const dataDir = join(commonDir, 'ai-vcs')
  const settings = { gitDir, commonDir, dataDir, env }
  const config = await GitConfig.read(asked, settings, { known: places.config, ...(signal && { signal }) })
  refuseUnknownFormat(config)
  // A partial clone fetches what a command has to show.
  const git = asked.with({ GIT_ALLOW_PROTOCOL: allowedProtocols(config, env) })
  const borrowed = (env['GIT_ALTERNATE_OBJECT_DIRECTORIES'] ?? '').split(delimiter).filter(Boolean)
  const alternates = borrowed.map((folder) => resolve(workTree, folder))
  const objects = new GitObjectStore({ folder: places.objectDir, alternates, format, crypto, git, config })
  const close = async () => objects.close()
  const images = new IndexImages(format)
  const files = { env, workTree, commonDir, dataDir, format, crypto, config, objects, images, indexFile }
  return {
    hasFiles,
    workTree,
    gitDir,
    indexFile,
    objectDir: places.objectDir,
    commonDir,
    dataDir,
    format,
    crypto,
    git,
    hooked: GitProgram.forHooks(options.path, env),
    env,
    openedAt: options.path,
    config,
    objects,
    refs: new GitRefs({
      gitDir,
      commonDir,
      dataDir,
      format,
      git,
      config,
      objects,
      mover: () => plainIdent(config, env, 'COMMITTER'),
    }),
    index: new GitIndex({ git, gitDir, ...files }),
    images,
    close,
    [Symbol.asyncDispose]: close,
  }
}
