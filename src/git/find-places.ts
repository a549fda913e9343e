import { existsSync, lstatSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectFormat } from '../contracts/object-store.ts'
import { fromUtf8 } from '../lib/bytes.ts'
import { readConfigFiles } from './config-files.ts'
import { gitFailed, GitProgram, type GitResult } from './git-program.ts'
import { unsupported } from './probe.ts'

/** Where the parts of a repository lie. */
export interface Places {
  /** Undefined where there are no files: in a bare repository, and within a git folder. */
  readonly workTree: string | undefined
  readonly gitDir: string
  readonly commonDir: string
  readonly objectDir: string
  readonly indexFile: string
  readonly format: ObjectFormat
}

/** A repository with what its configuration holds, where that was read without git. */
export interface FoundPlaces extends Places {
  readonly config: ReadonlyMap<string, readonly string[]> | undefined
}

/** How a repository is looked for. */
export interface FindOptions {
  readonly env: NodeJS.ProcessEnv
  /** Is one of use that has no files? */
  readonly mayBeBare?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** Variables by which Git looks elsewhere, or looks in another way. */
const placeVariables =
  /^GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|NAMESPACE|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|PREFIX|TEST_\w+)$/

/** Finds the repository that a folder lies in. Throws NOT_A_REPOSITORY, WORK_TREE_MISSING, REPOSITORY_UNSUPPORTED, GIT_FAILED. */
export async function findPlaces(path: string, options: FindOptions): Promise<FoundPlaces> {
  refuseUnreadable(path)
  if (!existsSync(path)) throw new AnvcsError('NOT_A_REPOSITORY', { message: `There is no folder ${path}.` })
  return lookAround(path, options.env) ?? { ...(await askGit(path, options)), config: undefined }
}

/**
 * Node gives arguments and the current folder as text, with U+FFFD for bytes that are no UTF-8, and starts programs in folders that are text: such a
 * path cannot be used, whatever is done with its bytes here. Throws REPOSITORY_UNSUPPORTED.
 */
function refuseUnreadable(path: string): void {
  if (existsSync(path) ? fromUtf8(realpathSync(path, 'buffer')) !== undefined : !path.includes('\ufffd')) return
  throw unsupported('a path that is not UTF-8')
}

/** The common case, seen from the files alone; undefined where git has to tell, for whatever reason. */
function lookAround(path: string, env: NodeJS.ProcessEnv): FoundPlaces | undefined {
  if (Object.keys(env).some((name) => placeVariables.test(name))) return undefined
  let workTree = realpathSync(path)
  const start = statSync(workTree)
  for (;;) {
    const info = statSync(workTree)
    // Git stops at the edge of a file system, and takes a folder that looks like a repository itself for one without a work tree.
    if (info.dev !== start.dev || isGitDir(workTree)) return undefined
    if (existsSync(join(workTree, '.git'))) break
    const above = dirname(workTree)
    if (above === workTree) return undefined
    workTree = above
  }
  const gitDir = gitDirOf(workTree)
  const commonDir = gitDir && commonDirOf(gitDir)
  if (!commonDir || env['SUDO_UID'] !== undefined || !isOurs(workTree, gitDir, commonDir)) return undefined
  const config = readConfigFiles({ gitDir, commonDir }, env)
  const get = (name: string) => config?.get(name)?.at(-1)
  const format = get('extensions.objectformat') ?? 'sha1'
  const isUsual =
    [undefined, 'false'].includes(get('core.bare')) &&
    get('core.worktree') === undefined &&
    (format === 'sha1' || get('core.repositoryformatversion') === '1')
  if (!config || !isUsual || (format !== 'sha1' && format !== 'sha256') || workTree.includes('\n')) return undefined
  const [objectDir, indexFile] = [join(commonDir, 'objects'), join(gitDir, 'index')]
  return { workTree, gitDir, commonDir, objectDir, indexFile, format, config }
}

/** Might git find a repository where we did not? */
function mayBeRepository(path: string, env: NodeJS.ProcessEnv): boolean {
  if (Object.keys(env).some((name) => placeVariables.test(name))) return true
  for (let folder = realpathSync(path); ; folder = dirname(folder)) {
    if (isGitDir(folder) || existsSync(join(folder, '.git'))) return true
    if (folder === dirname(folder)) return false
  }
}

function gitDirOf(workTree: string): string | undefined {
  const path = join(workTree, '.git')
  const info = lstatSync(path)
  if (info.isDirectory()) return isGitDir(path) ? path : undefined
  if (!info.isFile()) return undefined
  const target = /^gitdir: ([^\n]+)\n*$/.exec(readFileSync(path, 'utf8'))?.[1]
  const found = target === undefined ? undefined : resolve(workTree, target)
  return found && existsSync(join(found, 'HEAD')) ? realpathSync(found) : undefined
}

function commonDirOf(gitDir: string): string | undefined {
  const path = join(gitDir, 'commondir')
  const folder = existsSync(path) ? resolve(gitDir, readFileSync(path, 'utf8').trimEnd()) : gitDir
  return existsSync(join(folder, 'objects')) ? realpathSync(folder) : undefined
}

function isGitDir(path: string): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(path, name)))
}

/** Git refuses what belongs to others unless it is told not to (git-config(1), safe.directory). */
function isOurs(...paths: readonly string[]): boolean {
  const isOwn = ({ uid }: Stats) => uid === process.geteuid?.()
  return paths.every((path) => isOwn(statSync(path)))
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

async function askGit(path: string, { env, mayBeBare = false, signal }: FindOptions): Promise<Places> {
  const git = new GitProgram(path, env)
  const result = await git.call(question, { signal }).catch((error: unknown) => {
    if (!AnvcsError.is(error, 'GIT_MISSING') || mayBeRepository(path, env)) throw error
    throw new AnvcsError('NOT_A_REPOSITORY', {
      message: 'This folder is not in a Git work tree, and no git program was found.',
      hint: 'Install git and run `git init`, or change to a repository.',
    })
  })
  const hasNone = /must be run in a work tree/i.test(result.stderr)
  if (hasNone && !mayBeBare)
    throw new AnvcsError(fromUtf8(result.stdout)?.startsWith('true\n') ? 'WORK_TREE_MISSING' : 'NOT_A_REPOSITORY')
  const words = question.filter((word) => !hasNone || word !== '--show-toplevel')
  const lines = linesIn(words, hasNone ? await git.call(words, { signal }) : result)
  const [gitDir, commonDir, objectDir, indexFile, format, end] = lines.slice(hasNone ? 1 : 2)
  if (end !== '' || lines.length !== words.length - 3) throw unsupported('a line feed in its path')
  if (format !== 'sha1' && format !== 'sha256') throw unsupported(`the object format ${format}`)
  return {
    workTree: hasNone ? undefined : lines[1]!,
    gitDir: gitDir!,
    commonDir: commonDir!,
    objectDir: objectDir!,
    indexFile: indexFile!,
    format,
  }
}

/** What `git rev-parse` says, a line for each. Throws NOT_A_REPOSITORY, REPOSITORY_UNSUPPORTED, GIT_FAILED. */
function linesIn(words: readonly string[], result: GitResult): readonly string[] {
  const feature = /(?:Expected git repo version|unknown repository extension).*/i.exec(result.stderr)?.[0]
  if (feature)
    throw unsupported(result.stderr.includes('extension') ? result.stderr.trim().replace(/\s+/g, ' ') : feature)
  if (/not a git repository/i.test(result.stderr)) throw new AnvcsError('NOT_A_REPOSITORY')
  if (result.exitCode !== 0) throw gitFailed(words, result)
  const output = fromUtf8(result.stdout)
  if (output === undefined) throw unsupported('a path that is not UTF-8')
  return output.split('\n')
}
