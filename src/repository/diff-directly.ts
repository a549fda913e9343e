import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { filtersMayApply } from '../git/filters-may-apply.ts'
import { hashPlainFiles } from '../git/hash-files.ts'
import { readHead } from '../git/head.ts'
import { pathMatcher } from '../git/pathspec.ts'
import { readStored, readStoredCommit } from '../git/stored-objects.ts'
import { diffTrees, type TreeDifference } from '../objects/tree-diff.ts'
import { findInTree, gitlinkMode, type TreeEntryValue } from '../objects/tree.ts'
import { diffStat } from './diff-stat.ts'
import { resolveRanges } from './run-git.ts'
import type { DiffTarget, FileDifference, PatchOptions } from './file-difference.ts'
import { withRenames } from './with-renames.ts'
import { fileChanges, patchOf, type DiffFile } from './unified-diff.ts'
import type { Workspace } from './workspace.ts'

/**
 * What `git diff` compares, without git; of renames only those that left the content as it was. Throws GIT_MISSING where only git can tell:
 * attributes, submodules, conflicts.
 */
export async function filesOfDiff(
  workspace: Workspace,
  { args, paths }: DiffTarget,
  signal: AbortSignal | undefined,
): Promise<readonly DiffFile[]> {
  const { git } = workspace
  const isStaged = args.includes('--cached')
  const revisions = args.filter((word) => word !== '--cached')
  const found = await differences(workspace, revisions, isStaged, signal)
  const matches = pathMatcher(paths)
  const wanted = found.changes.filter(({ path }) => matches(path))
  const modes = wanted.flatMap(({ before, after }) => [before?.mode, after?.mode])
  const names = wanted.map(({ path }) => path)
  if (modes.includes(gitlinkMode) || (names.length && filtersMayApply(git, names))) throw new AnvcsError('GIT_MISSING')
  const read = (entry: TreeEntryValue | undefined) =>
    entry ? (found.contents.get(entry.id) ?? readStored(git.objects, 'blob', entry.id)) : new Uint8Array(0)
  const byPath = new Map(wanted.map((change) => [change.path, change]))
  return withRenames(wanted).map(({ path, from }) => {
    const { after } = byPath.get(path)!
    const { before } = byPath.get(from ?? path)!
    return { path, from, before, after, left: read(before), right: read(after) }
  })
}

/** The same between a commit and its first parent. */
export function filesOfCommit({ git }: Workspace, commit: ObjectId): readonly DiffFile[] {
  const { tree, parents } = readStoredCommit(git.objects, commit)
  const before = parents[0] && git.objects.has(parents[0]) ? readStoredCommit(git.objects, parents[0]).tree : undefined
  const changes = diffTrees((id) => readStored(git.objects, 'tree', id), before, tree)
  const names = changes.map(({ path }) => path)
  const modes = changes.flatMap((change) => [change.before?.mode, change.after?.mode])
  if (modes.includes(gitlinkMode) || (names.length && filtersMayApply(git, names))) throw new AnvcsError('GIT_MISSING')
  const read = (entry: TreeEntryValue | undefined) =>
    entry ? readStored(git.objects, 'blob', entry.id) : new Uint8Array(0)
  const byPath = new Map(changes.map((change) => [change.path, change]))
  return withRenames(changes).map(({ path, from }) => {
    const entries = { before: byPath.get(from ?? path)!.before, after: byPath.get(path)!.after }
    return { path, from, ...entries, left: read(entries.before), right: read(entries.after) }
  })
}

export function describeFiles(files: readonly DiffFile[]): readonly FileDifference[] {
  return files.map((file) => {
    const { path, from, before, after } = file
    const { added, removed } = fileChanges(file)
    const isSameKind = before && after && before.mode >> 12 === after.mode >> 12
    const status = !before ? 'added' : !after ? 'deleted' : isSameKind ? 'modified' : 'type changed'
    return { path, from, status: from === null ? status : 'renamed', added: added ?? null, removed: removed ?? null }
  })
}

/** As git prints it. */
export function printFiles(files: readonly DiffFile[], { isColored, isStat }: PatchOptions): string {
  if (isStat) return diffStat(files)
  const text = Buffer.from(files.map(patchOf).join(''), 'latin1').toString('utf8')
  return isColored ? text.replace(/^.*$/gm, colored) : text
}

function colored(line: string): string {
  const code = line.startsWith('@@')
    ? '36'
    : /^(?:diff|index|---|\+\+\+|new|deleted|old|similarity|rename) /.test(line)
      ? '1'
      : line.startsWith('-')
        ? '31'
        : line.startsWith('+')
          ? '32'
          : undefined
  return code === undefined ? line : `\x1b[${code}m${line}\x1b[m`
}

interface Differences {
  readonly changes: readonly TreeDifference[]
  /** Of blobs that need not be stored. */
  readonly contents: ReadonlyMap<ObjectId, Uint8Array>
}

async function differences(
  workspace: Workspace,
  revisions: readonly string[],
  isStaged: boolean,
  signal: AbortSignal | undefined,
): Promise<Differences> {
  const { git } = workspace
  const treeOf = (commit: ObjectId) => readStoredCommit(git.objects, commit).tree
  const none = new Map<ObjectId, Uint8Array>()
  const readTree = (id: ObjectId) => readStored(git.objects, 'tree', id)
  const ends = await endsOf(workspace, revisions, signal)
  if (ends.length > 2 || (isStaged && ends.length > 1)) throw new AnvcsError('GIT_MISSING')
  const [first, second] = ends
  if (first !== undefined && second !== undefined)
    return { changes: diffTrees(readTree, treeOf(first), treeOf(second)), contents: none }
  const head = readHead(git.gitDir, git.refs).commit
  const tree = first === undefined ? head && readStoredCommit(git.objects, head).tree : treeOf(first)
  const staged = isStaged || first !== undefined ? await git.index.stagedChanges(tree, { signal }) : undefined
  if (staged?.unmerged.length) throw new AnvcsError('GIT_MISSING')
  if (isStaged) return { changes: staged!.changes, contents: none }
  const onDisk = (await git.index.changesOnDisk({ signal })).map(({ path }) => path)
  const hashed = await hashPlainFiles(git, onDisk)
  if (!hashed) throw new AnvcsError('GIT_MISSING')
  const entries = await git.index.entries(onDisk, { signal })
  const changes = new Map((staged?.changes ?? []).map((change) => [change.path, change]))
  for (const { path, entry: after } of hashed) {
    const before = staged && tree ? findInTree(readTree, tree, path) : entries.get(path)
    if (before?.id === after?.id && before?.mode === after?.mode) changes.delete(path)
    else changes.set(path, { path, ...(before && { before }), ...(after && { after }) })
  }
  const contents = new Map(hashed.flatMap(({ entry, object }) => (entry && object ? [[entry.id, object.content]] : [])))
  const sorted = [...changes.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  return { changes: sorted, contents }
}

/** `a..b` and `a b` are two ends, `a...b` begins where both went apart, `a^!` at the parent, `a^@` are the parents of a merge. */
async function endsOf(
  { git }: Workspace,
  revisions: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly ObjectId[]> {
  const ends: ObjectId[] = []
  for (const word of revisions) {
    const { starts, excluded } = await resolveRanges(git, [word], signal)
    const [first, second] = starts
    if (starts.length === 2 && excluded.length) ends.push(excluded[0]!, second!)
    else if (starts.length === 2 && word.endsWith('^@')) ends.push(...starts)
    else if (starts.length === 2)
      throw new AnvcsError('USAGE', { message: `The ends of ${word} have nothing in common.` })
    else if (first !== undefined && excluded.length < 2) ends.push(...excluded, first)
    else throw new AnvcsError('GIT_MISSING')
  }
  return ends
}
