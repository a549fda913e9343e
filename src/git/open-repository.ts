import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import type { Crypto } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectFormat } from '../contracts/object-store.ts'
import { GitConfig } from './config.ts'
import { gitFailed, GitProgram } from './git-program.ts'
import { GitIndex } from './index-file.ts'
import { GitObjectStore } from './object-store.ts'
import { refuseUnknownFormat, unsupported } from './probe.ts'
import type { RefMover } from './move-refs.ts'
import { GitRefs } from './refs.ts'
import type { GitRepository } from './repository.ts'

/** Where to look and with what. */
export interface OpenRepositoryOptions {
  /** A folder in the work tree. */
  readonly path: string
  readonly crypto: Crypto
  /** The variables of the process unless others are given; `GIT_DIR` and its like are heeded as git does. */
  readonly env?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
}

interface Places {
  readonly workTree: string
  readonly gitDir: string
  readonly commonDir: string
  readonly objectDir: string
  readonly indexFile: string
  readonly format: ObjectFormat
}

/**
 * Opens the repository that a folder lies in. Nothing in it is changed. Throws NOT_A_REPOSITORY, WORK_TREE_MISSING, or REPOSITORY_UNSUPPORTED with
 * the name of the feature; git itself refuses what belongs to another user (GIT_FAILED).
 */
export async function openRepository(options: OpenRepositoryOptions): Promise<GitRepository> {
  const { crypto, env = process.env, signal } = options
  const places = await findPlaces(options.path, env, signal)
  const { workTree, gitDir, commonDir, indexFile, format } = places
  // From here on git is told where everything lies: a call costs no search, and no change of folder can mislead it.
  const git = new GitProgram(workTree, {
    ...env,
    GIT_DIR: gitDir,
    GIT_WORK_TREE: workTree,
    GIT_INDEX_FILE: indexFile,
    GIT_OBJECT_DIRECTORY: places.objectDir,
  })
  const config = await GitConfig.read(git, signal)
  refuseUnknownFormat(config)
  const borrowed = (env['GIT_ALTERNATE_OBJECT_DIRECTORIES'] ?? '').split(delimiter).filter(Boolean)
  const alternates = borrowed.map((folder) => resolve(workTree, folder))
  const objects = new GitObjectStore({ folder: places.objectDir, alternates, format, crypto, git, config })
  const close = async () => objects.close()
  const dataDir = join(commonDir, 'ai-vcs')
  const files = { env, workTree, commonDir, dataDir, format, crypto, config, objects, indexFile: places.indexFile }
  return {
    workTree,
    gitDir,
    indexFile,
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
    refs: new GitRefs({ gitDir, commonDir, dataDir, format, git, config, objects, mover: () => refMover(config, env) }),
    index: new GitIndex({ git, gitDir, ...files }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Who moves refs. Undefined where git would take it from the system, or change it, or be told a time. */
function refMover(config: GitConfig, env: NodeJS.ProcessEnv): RefMover | undefined {
  const name = env['GIT_COMMITTER_NAME'] || (config.get('committer.name') ?? config.get('user.name'))
  const email = env['GIT_COMMITTER_EMAIL'] || (config.get('committer.email') ?? config.get('user.email'))
  const isPlain = (text: string | undefined) => /^[\p{L}\p{N}](?:[^<>\p{C}]*[\p{L}\p{N})])?$/u.test(text ?? '')
  if (env['GIT_COMMITTER_DATE'] || !isPlain(name) || !isPlain(email)) return undefined
  return { name: name!, email: email! }
}

const question = [
  'rev-parse',
  '--path-format=absolute',
  '--is-bare-repository',
  '--show-toplevel',
  '--git-dir',
  '--git-common-dir',
  '--git-path',
  'objects',
  '--git-path',
  'index',
  '--show-object-format',
]

async function findPlaces(path: string, env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<Places> {
  if (!existsSync(path)) throw new AnvcsError('NOT_A_REPOSITORY', { message: `There is no folder ${path}.` })
  const result = await new GitProgram(path, env).call(question, { signal })
  const lines = new TextDecoder().decode(result.stdout).split('\n')
  if (lines[0] === 'true') throw new AnvcsError('WORK_TREE_MISSING')
  const message = result.stderr.split('\n', 1)[0]!
  const feature = /(?:Expected git repo version|unknown repository extension).*/i.exec(result.stderr)?.[0]
  if (feature)
    throw unsupported(result.stderr.includes('extension') ? result.stderr.trim().replace(/\s+/g, ' ') : feature)
  if (/not a git repository|must be run in a work tree/i.test(message)) throw new AnvcsError('NOT_A_REPOSITORY')
  if (result.exitCode !== 0) throw gitFailed(question, result)
  const [, workTree, gitDir, commonDir, objectDir, indexFile, format, end] = lines
  if (end !== '' || lines.length !== 8) throw unsupported('a line feed in its path')
  if (format !== 'sha1' && format !== 'sha256') throw unsupported(`the object format ${format}`)
  return {
    workTree: workTree!,
    gitDir: gitDir!,
    commonDir: commonDir!,
    objectDir: objectDir!,
    indexFile: indexFile!,
    format,
  }
}
