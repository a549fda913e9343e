import { existsSync, readdirSync } from 'node:fs'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectFormat } from '../contracts/object-store.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import type { TreeDifference } from '../objects/tree-diff.ts'
import { gitlinkMode, type TreeEntryValue } from '../objects/tree.ts'
import { isUtf8Path, pathText } from '../objects/path-bytes.ts'
import { absolutePath } from './absolute-path.ts'
import {
  canChangeIndex,
  changeIndex,
  directBelow,
  directDifferences,
  type ChangeOptions,
  type IndexFiles,
} from './direct-index.ts'
import { gitFailed, type GitProgram } from './git-program.ts'
import { joinNul, nulItems, splitNul } from './git-lists.ts'
import { unlessMissing } from './git-missing.ts'
import { whenUnlocked } from './lock-wait.ts'
import { ignoredFolders, ignoredPaths, stagedDirectly, untrackedFiles } from './untracked-files.ts'
import type { StagedEntry } from './staged-entry.ts'
import { workTreeChanges, type WorkTreeChange } from './work-tree-changes.ts'

/** A tracked file that differs from the index. */
export interface ChangedFile {
  readonly path: string
  readonly deleted: boolean
}

/** A file that the index has. */
export interface TrackedFile {
  readonly path: string
  /** A sparse checkout leaves it out. */
  readonly isSkipped: boolean
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

const maxArgumentPaths = 100

/** Git knows the empty tree without having it. */
const emptyTrees: Readonly<Record<ObjectFormat, string>> = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
}

/** Where an index belongs. */
export interface GitIndexOptions extends IndexFiles {
  readonly git: GitProgram
  /** Of its work tree. */
  readonly gitDir: string
}

/** What an index holds that a tree does not. */
export interface StagedChanges {
  readonly changes: readonly TreeDifference[]
  /** Paths in conflict: nothing can be committed of them. */
  readonly unmerged: readonly string[]
}

/** The index of a work tree. Where it is unusual git reads and writes it: only git knows all its extensions. */
export class GitIndex {
  readonly #options: GitIndexOptions
  readonly #git: GitProgram
  readonly #zero: string

  constructor(options: GitIndexOptions) {
    this.#options = options
    this.#git = options.git
    this.#zero = '0'.repeat(options.format === 'sha1' ? 40 : 64)
  }

  /** Another index of the same work tree. */
  at(file: string): GitIndex {
    return new GitIndex({ ...this.#options, indexFile: file, git: this.#git.with({ GIT_INDEX_FILE: file }) })
  }

  /** What is staged, at these paths or everywhere. */
  async staged(paths?: readonly string[], { signal }: CallOptions = {}): Promise<readonly StagedEntry[]> {
    // Few paths are given as arguments; of many, everything is read and sifted here.
    const few = paths && isArguments(paths) ? ['--', ...paths] : []
    if (paths && !paths.length) return []
    const wanted = paths && new Set(paths)
    const output = await this.#git.run(['ls-files', '--stage', '-z', ...few], { signal }).catch(unlessMissing)
    const entries = output ? nulItems(output).map(parseStaged) : known(stagedDirectly(this.#options))
    return entries.filter(({ path }) => !wanted || wanted.has(path))
  }

  /** The tracked files at or below the paths. */
  async below(paths: readonly string[], { signal }: CallOptions = {}): Promise<readonly TrackedFile[]> {
    const below = directBelow(this.#options, paths)
    if (below) return below.map((path) => ({ path, isSkipped: false }))
    const few = isArguments(paths) ? ['--', ...paths] : []
    const lines = nulItems(await this.#git.run(['ls-files', '-t', '-z', ...few], { signal }))
    const tracked = new Map(lines.map((line) => [line.slice(2), line.startsWith('S ')]))
    return [...tracked]
      .filter(([path]) => paths.some((above) => isAtOrBelow(path, above)))
      .map(([path, isSkipped]) => ({ path, isSkipped }))
  }

  /** The entry of each path that has one. A path in conflict has mode 0: it is like no file of a tree. */
  async entries(paths: readonly string[], options: CallOptions = {}): Promise<ReadonlyMap<string, TreeEntryValue>> {
    const staged = await this.staged(paths, options)
    return new Map(staged.map(({ path, mode, id, stage }) => [path, { mode: stage ? 0 : mode, id }]))
  }

  /** Those of the changes that the index, at these paths, does not hold. */
  async lacks(changes: readonly TreeChange[], options: CallOptions = {}): Promise<readonly TreeChange[]> {
    const paths = changes.map(({ path }) => path)
    const entries = await this.entries(paths, options)
    return changes.filter(({ path, entry }) => !isSameEntry(entries.get(path), entry))
  }

  /** What differs between a tree (undefined: the empty one) and the index. */
  async stagedChanges(tree: ObjectId | undefined, { signal }: CallOptions = {}): Promise<StagedChanges> {
    const differences = directDifferences(this.#options, tree)
    if (differences) return { changes: differences, unmerged: [] }
    const args = ['diff-index', '--cached', '--raw', '--no-renames', '--no-abbrev', '--ignore-submodules=none']
    // `git add -N` only promises a file.
    const rest = ['--ita-invisible-in-index', '-z', tree ?? emptyTrees[this.#options.format], '--']
    // We read what is stored, so git must not compare with what replaces it (git-replace(1)).
    const env = { GIT_NO_REPLACE_OBJECTS: '1' }
    const items = nulItems(await this.#git.run([...args, ...rest], { signal, env }))
    const changes: TreeDifference[] = []
    const unmerged: string[] = []
    for (let at = 0; at + 1 < items.length; at += 2) {
      const path = items[at + 1]!
      const [oldMode, mode, oldId, id, status] = items[at]!.slice(1).split(' ')
      const before = entryValue(oldMode!, oldId!)
      const after = entryValue(mode!, id!)
      if (status === 'U') unmerged.push(path)
      else changes.push({ path, ...(before && { before }), ...(after && { after }) })
    }
    return { changes, unmerged }
  }

  /**
   * Puts entries into the index, or takes them out, in one step, and renews what the index knows of the files there, so that
   * `git status` need not read them. In a plain repository that is done without git; `trees` tells then what the folders above are
   * before and after, and what it rests on is waited for. Throws LOCK_TIMEOUT while another program holds the index.
   */
  async update(
    changes: readonly TreeChange[],
    { signal, trees, pending }: CallOptions & Pick<ChangeOptions, 'trees' | 'pending'> = {},
  ): Promise<void> {
    if (!changes.length || (await changeIndex(this.#options, changes, { trees, pending, signal }))) return
    const done = await this.#updateByGit(changes, signal).then(() => true, unlessMissing)
    if (done || (await changeIndex(this.#options, changes, { trees, pending, signal, isAlone: true }))) return
    throw new AnvcsError('GIT_MISSING')
  }

  /** Can these changes be made without git? */
  canUpdateDirectly(changes: readonly TreeChange[]): boolean {
    return canChangeIndex(this.#options, changes)
  }

  async #updateByGit(changes: readonly TreeChange[], signal: AbortSignal | undefined): Promise<void> {
    const run = async (args: readonly string[], input?: Uint8Array) => {
      const result = await whenUnlocked(() => this.#git.call(args, { ...(input && { input }), signal }), signal)
      if (result.exitCode !== 0) throw gitFailed(args, result)
    }
    if (isArguments(changes.map(({ path }) => path)) && !this.#isSplit) return run(inArguments(changes))
    const lines = changes.map(({ path, entry }) =>
      entry ? `${entry.mode.toString(8)} ${entry.id}\t${path}` : `0 ${this.#zero}\t${path}`,
    )
    await run(['update-index', '-z', '--index-info'], joinNul(lines))
    // A split index is joined by `update-index --refresh`.
    if (!this.#isSplit) return run(['update-index', '-q', '--unmerged', '--refresh'])
    const present = joinNul(changes.flatMap(({ path, entry }) => (entry ? [path] : [])))
    if (present.length) await run(['add', '--refresh', '--pathspec-from-file=-', '--pathspec-file-nul'], present)
  }

  /** Fills the index with what git shows of a commit. */
  async fill(commit: ObjectId, { signal }: CallOptions = {}): Promise<void> {
    await this.#git.run(['read-tree', commit], { signal })
  }

  /**
   * Takes files as they are in the work tree, as `git commit -a` would (`isOnly`: as `git commit PATH`), those that are gone out; filters and line
   * ends are git's, and a repository in the place of a file is the commit that it has checked out. Throws USAGE where a path is one without.
   */
  async take(
    paths: readonly string[],
    { isOnly = false, signal }: CallOptions & { readonly isOnly?: boolean } = {},
  ): Promise<void> {
    const folders = paths.filter((path) => existsSync(absolutePath(this.#options, `${path}/.git`)))
    const tracked = await this.entries(folders, { signal })
    const nested = new Set(folders.filter((path) => tracked.get(path)?.mode !== gitlinkMode))
    const run = (args: readonly string[], some: readonly string[]) =>
      this.#git.call(args, { input: joinNul(some), signal })
    for (const path of nested) {
      const added = await run(['add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'], [path])
      if (added.exitCode === 0) continue
      const isEmpty = added.stderr.includes('does not have a commit checked out')
      if (!isEmpty) throw gitFailed(['add'], added)
      if (isOnly)
        throw new AnvcsError('USAGE', {
          message: `${path} is a repository that has no commit yet.`,
          hint: 'Commit there first, or move it away.',
        })
      nested.delete(path)
    }
    const args = ['update-index', '--add', '--remove', '--replace', '-z', '--stdin']
    const result = await run(
      args,
      paths.filter((path) => !nested.has(path)),
    )
    if (result.exitCode !== 0) throw gitFailed(args, result)
  }

  get #isSplit(): boolean {
    return readdirSync(this.#options.gitDir).some((name) => name.startsWith('sharedindex.'))
  }

  /** Tracked files whose content or mode differs from the index. Nothing is written. */
  async changedFiles(options: CallOptions = {}): Promise<readonly ChangedFile[]> {
    const changed = await this.#changed('all', options)
    return changed.flatMap(({ path, state }) =>
      /[MTD]/.test(state) && isUtf8Path(path) ? [{ path, deleted: state === 'D' }] : [],
    )
  }

  /** Tracked files that differ from the index: M, T for another kind of file, D. */
  async changesOnDisk(options: CallOptions = {}): Promise<readonly WorkTreeChange[]> {
    return (await this.#changed('dirty', options)).filter(({ state }) => state !== ' ')
  }

  /** What `git commit -a` looks at: also what is in conflict or only promised, and submodules that are at another commit. */
  async committable(options: CallOptions = {}): Promise<readonly string[]> {
    const changed = await this.#changed('dirty', options)
    const paths = changed.flatMap(({ path, state }) => (state === ' ' ? [] : [path]))
    if (!paths.length || !this.#options.config.isTrue('core.sparsecheckout')) return paths
    // What lies outside of a sparse checkout all the same is left alone; only git knows its patterns.
    const told = pathText(await this.#git.run(['add', '--update', '--dry-run'], options))
    return paths.filter((path) => told.includes(` '${path}'\n`))
  }

  async #changed(
    ignoredSubmodules: 'all' | 'dirty',
    { signal }: CallOptions,
  ): Promise<readonly { readonly path: string; readonly state: string }[]> {
    const args = ['status', '--porcelain=v1', '-z', '--untracked-files=no', '--no-renames']
    const output = await this.#git
      .run([...args, `--ignore-submodules=${ignoredSubmodules}`], { signal })
      .catch(unlessMissing)
    if (!output) return known(workTreeChanges(this.#options))
    return nulItems(output).map((line) => ({ path: line.slice(3), state: line[1]! }))
  }

  /** Files that are neither tracked nor ignored. */
  async untracked({ signal }: CallOptions = {}): Promise<readonly string[]> {
    const args = ['ls-files', '--others', '--exclude-standard', '-z']
    const output = await this.#git.run(args, { signal }).catch(unlessMissing)
    return output ? splitNul(output) : known(untrackedFiles(this.#options))
  }

  /** Folders that are ignored whole. */
  async ignoredFolders({ signal }: CallOptions = {}): Promise<readonly string[]> {
    const args = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z']
    const output = await this.#git.run(args, { signal }).catch(unlessMissing)
    if (!output) return known(ignoredFolders(this.#options))
    const folders = splitNul(output).flatMap((path) => (path.endsWith('/') ? [path.slice(0, -1)] : []))
    // Git lists folders, too, in which all files happen to be ignored: a new one need not be.
    return [...(await this.ignored(folders, { signal }))]
  }

  /** Those of the paths that Git's rules ignore, or that lie in a submodule. */
  async ignored(paths: readonly string[], options: CallOptions = {}): Promise<ReadonlySet<string>> {
    const { signal } = options
    if (!paths.length) return new Set()
    const args = ['check-ignore', '-z', '--stdin']
    // This command knows no literal paths, and would read a colon at the beginning as something else.
    const input = joinNul(paths.map((path) => `./${path}`))
    const call = { input, signal, env: { GIT_LITERAL_PATHSPECS: '0' } }
    const result = await this.#git.call(args, call).catch(unlessMissing)
    if (!result) return known(ignoredPaths(this.#options, paths))
    // Status 1: none of them. It fails for all of them where one lies in a submodule.
    if (result.exitCode > 1) {
      const inside = await this.#inSubmodules(paths, options)
      if (!inside.length) throw gitFailed(args, result)
      const others = paths.filter((path) => !inside.includes(path))
      return new Set([...inside, ...(await this.ignored(others, options))])
    }
    return new Set(splitNul(result.stdout).map((path) => path.slice(2)))
  }

  async #inSubmodules(paths: readonly string[], options: CallOptions): Promise<readonly string[]> {
    const above = [...new Set(paths.flatMap(foldersAbove))]
    const submodules = (await this.staged(above, options)).filter(({ mode }) => mode === gitlinkMode)
    return paths.filter((path) => submodules.some((submodule) => path.startsWith(`${submodule.path}/`)))
  }
}

/** What was found without git. Throws GIT_MISSING where only git can tell. */
function known<T>(found: T | undefined): T {
  if (found === undefined) throw new AnvcsError('GIT_MISSING')
  return found
}

/** `a` and `a/b` of `a/b/c`. */
function foldersAbove(path: string): readonly string[] {
  const names = path.split('/')
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'))
}

/** Can git be given these paths as arguments? They are few, and text. */
function isArguments(paths: readonly string[]): boolean {
  return paths.length <= maxArgumentPaths && paths.every(isUtf8Path)
}

/** `.` is the root. */
function isAtOrBelow(path: string, above: string): boolean {
  return path === above || above === '.' || path.startsWith(`${above}/`)
}

/** Sets entries, looks at the files, takes entries out: git does all that in one run, in the order of its arguments. */
function inArguments(changes: readonly TreeChange[]): readonly string[] {
  const set = changes.flatMap(({ path, entry }) =>
    entry ? ['--cacheinfo', `${entry.mode.toString(8)},${entry.id},${path}`] : [],
  )
  const removed = changes.flatMap(({ path, entry }) => (entry ? [] : [path]))
  const remove = removed.length ? ['--force-remove', '--', ...removed] : []
  return ['update-index', '-q', '--unmerged', '--add', '--replace', ...set, '--refresh', ...remove]
}

/** `100644 <id> 0\t<path>` */
function parseStaged(line: string): StagedEntry {
  const tab = line.indexOf('\t')
  const [mode, id, stage] = line.slice(0, tab).split(' ')
  return { mode: Number.parseInt(mode!, 8), id: id as ObjectId, stage: Number(stage), path: line.slice(tab + 1) }
}

function entryValue(mode: string, id: string): TreeEntryValue | undefined {
  return mode === '000000' ? undefined : { mode: Number.parseInt(mode, 8), id: id as ObjectId }
}

/** Do two trees or indexes have the same at a path? */
export function isSameEntry(left: TreeEntryValue | undefined, right: TreeEntryValue | undefined): boolean {
  return left?.id === right?.id && left?.mode === right?.mode
}
