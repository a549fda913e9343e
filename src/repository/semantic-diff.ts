import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { absolutePath } from '../git/absolute-path.ts'
import { filtersMayApply } from '../git/filters-may-apply.ts'
import { nulItems } from '../git/git-lists.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { pathArguments } from '../git/pathspec.ts'
import { utf8 } from '../lib/bytes.ts'
import type { DescribeDiff, DiffedFile, FileDescription } from '../merge/index.ts'
import { gitlinkMode } from '../objects/tree.ts'
import { filesOfDiff } from './diff-directly.ts'
import type { DiffTarget } from './file-difference.ts'
import type { Workspace } from './workspace.ts'

const linkMode = 0o120000
const maxReadBytes = 1 << 28

export interface SemanticDiff {
  readonly files: readonly FileDescription[]
  /** Paths in conflict, of which nothing is told. */
  readonly unmerged: readonly string[]
}

/** What differs, in terms of what the files hold. Content is compared as git stores it; of the work tree where filters apply, as it lies there. */
export async function semanticDiff(
  workspace: Workspace,
  target: DiffTarget,
  describeDiff: DescribeDiff,
  signal?: AbortSignal,
): Promise<SemanticDiff> {
  const { program, words } = pathArguments(workspace.git.git, target.paths)
  const args = ['diff', '--raw', '-z', '-M', '--no-abbrev', '--no-ext-diff', ...target.args, '--', ...words]
  const output = await program.run(args, { signal }).catch(unlessMissing)
  const options = signal ? { signal } : {}
  if (output === undefined) {
    const files = await filesOfDiff(workspace, target, signal)
    return { files: await describeDiff(files.map(diffedFile), options), unmerged: [] }
  }
  const changes = parseRaw(nulItems(output))
  const reader = new SideReader(workspace, changes, signal)
  async function* contents(): AsyncGenerator<DiffedFile> {
    for (const { path, from, before, after, status } of changes) {
      if (status === 'U') continue
      const [old, now] = [await reader.read(from, before), await reader.read(path, after)]
      yield { path, ...(from !== path && { from }), before: old, after: now }
    }
  }
  const unmerged = changes.filter(({ status }) => status === 'U').map(({ path }) => path)
  return { files: await describeDiff(contents(), options), unmerged: [...new Set(unmerged)] }
}

function diffedFile(file: Awaited<ReturnType<typeof filesOfDiff>>[number]): DiffedFile {
  const { path, from, before, after, left, right } = file
  return { path, ...(from !== null && { from }), before: before && left, after: after && right }
}

interface Side {
  readonly mode: number
  /** Undefined for a file that git has not read: it lies in the work tree. */
  readonly id: ObjectId | undefined
}

interface RawChange {
  readonly path: string
  readonly from: string
  readonly status: string
  readonly before: Side | undefined
  readonly after: Side | undefined
}

/** `:mode mode id id status`, then the path, of renames and copies both. */
function parseRaw(items: readonly string[]): readonly RawChange[] {
  const changes: RawChange[] = []
  for (let at = 0; at < items.length; at++) {
    const [modeBefore, modeAfter, idBefore, idAfter, status] = items[at]!.replace(/^:/, '').split(' ')
    const from = items[++at]!
    const path = /^[RC]/.test(status!) ? items[++at]! : from
    const side = (mode: string, id: string): Side | undefined =>
      /^0+$/.test(mode)
        ? undefined
        : { mode: Number.parseInt(mode, 8), id: /^0+$/.test(id) ? undefined : (id as ObjectId) }
    const sides = { before: side(modeBefore!, idBefore!), after: side(modeAfter!, idAfter!) }
    changes.push({ path, from, status: status![0]!, ...sides })
  }
  return changes
}

class SideReader {
  readonly #workspace: Workspace
  readonly #signal: AbortSignal | undefined
  /** Are stored files to be compared as they would lie in the work tree? */
  readonly #asInWorkTree: boolean

  constructor(workspace: Workspace, changes: readonly RawChange[], signal: AbortSignal | undefined) {
    this.#workspace = workspace
    this.#signal = signal
    const onDisk = changes.filter(({ after }) => after && !after.id).map(({ path }) => path)
    this.#asInWorkTree = onDisk.length > 0 && filtersMayApply(workspace.git, onDisk)
  }

  async read(path: string, side: Side | undefined): Promise<Uint8Array | undefined> {
    if (!side) return undefined
    const { mode, id } = side
    // As git shows a submodule.
    if (mode === gitlinkMode) return utf8(`Subproject commit ${id ?? 'of the work tree'}\n`)
    if (id === undefined) return this.#onDisk(path)
    const { git } = this.#workspace
    const args = this.#asInWorkTree && mode !== linkMode ? ['--filters', `--path=${path}`] : ['blob']
    return git.git.run(['cat-file', ...args, id], { signal: this.#signal }).catch((error: unknown) => {
      if (AnvcsError.is(error, 'MESSAGE_TOO_LARGE')) return unread(id)
      throw error
    })
  }

  #onDisk(path: string): Uint8Array | undefined {
    const place = absolutePath(this.#workspace.git, path)
    const stats = lstatSync(place, { throwIfNoEntry: false })
    if (stats?.isSymbolicLink()) return readlinkSync(place, { encoding: 'buffer' })
    if (!stats?.isFile()) return undefined
    return stats.size > maxReadBytes ? unread(`${stats.size} ${stats.mtimeMs}`) : readFileSync(place)
  }
}

/** What stands for a file that is too large to be looked into: no text, and other bytes where it is another file. */
function unread(name: string): Uint8Array {
  return utf8(`\0${name}`)
}
