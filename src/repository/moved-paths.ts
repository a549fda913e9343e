import type { ObjectId } from '../contracts/ids.ts'
import { nulItems } from '../git/git-lists.ts'
import { unlessMissing } from '../git/git-missing.ts'
import type { GitRepository } from '../git/repository.ts'
import type { ExplainedPath } from './explain-path.ts'

/** Two commits that are merged. */
export interface MergedPair {
  readonly ours: ObjectId
  readonly theirs: ObjectId
}

interface Side {
  /** By old path the new one, and by new path the old one. */
  readonly to: ReadonlyMap<string, string>
  readonly from: ReadonlyMap<string, string>
  readonly gone: ReadonlySet<string>
  readonly added: ReadonlySet<string>
}

/** Those that the index cannot explain: it has no word of renames. */
const isUntold = ({ reason }: ExplainedPath): boolean => /^(?:name|left-deleted|right-deleted)$/.test(reason)

/**
 * What each side did to a path, where it or the other one renamed files or folders: Git puts the file where it takes it to belong, and leaves it to people. Paths
 * of which nothing is known, as where lines of history cross, stay as they are.
 */
export async function withMoves(
  git: GitRepository,
  paths: readonly ExplainedPath[],
  { ours, theirs }: MergedPair,
  signal: AbortSignal | undefined,
): Promise<readonly ExplainedPath[]> {
  if (!paths.some(isUntold)) return paths
  const bases = await git.git.call(['merge-base', '--all', ours, theirs], { signal }).catch(unlessMissing)
  const [base, ...others] = new TextDecoder().decode(bases?.stdout).split('\n').filter(Boolean)
  if (!base || others.length) return paths
  const left = await sideOf(git, base, ours, signal)
  const right = await sideOf(git, base, theirs, signal)
  return paths.map((path) => {
    if (!isUntold(path)) return path
    const told = { left: wordsOf(path.path, left, right), right: wordsOf(path.path, right, left) }
    return { ...path, left: told.left ?? path.left, right: told.right ?? path.right }
  })
}

async function sideOf(
  { git }: GitRepository,
  base: string,
  side: ObjectId,
  signal: AbortSignal | undefined,
): Promise<Side> {
  const args = ['diff-tree', '-r', '-z', '-M', '--name-status', '--diff-filter=ADR', base, side]
  const items = nulItems(await git.run(args, { signal }))
  const [to, from] = [new Map<string, string>(), new Map<string, string>()]
  const [gone, added] = [new Set<string>(), new Set<string>()]
  for (let at = 0; at < items.length; at += 2) {
    const [status, path] = [items[at]!, items[at + 1]!]
    if (status === 'A') added.add(path)
    else if (status === 'D') gone.add(path)
    else {
      const renamed = items[at + 2]!
      to.set(path, renamed)
      from.set(renamed, path)
      at++
    }
  }
  return { to, from, gone, added }
}

/** Undefined where the side did nothing of the kind. */
function wordsOf(path: string, side: Side, other: Side): string | undefined {
  const own = side.from.get(path)
  if (own !== undefined) return `renamed ${own} to it`
  const away = side.to.get(path)
  if (away !== undefined) return `renamed it to ${away}`
  const was = other.from.get(path)
  if (was !== undefined) {
    const elsewhere = side.to.get(was)
    if (elsewhere !== undefined) return `renamed ${was} to ${elsewhere}`
    if (side.gone.has(was)) return `deleted ${was}`
  }
  return folderWords(path, side, other)
}

/** Where one side renamed a folder, and the other one put a file into it. */
function folderWords(path: string, side: Side, other: Side): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const within = (renames: Side, puts: Side): { readonly folder: string; readonly file: string } | undefined => {
    for (const [to, from] of renames.from) {
      const file = `${folderOf(from)}${name}`
      if (folderOf(to) === folderOf(path) && folderOf(from) !== folderOf(to) && puts.added.has(file))
        return { folder: folderOf(from), file }
    }
    return undefined
  }
  const put = within(other, side)
  if (put) return `added ${put.file}`
  const renamed = within(side, other)
  return renamed && `renamed the folder ${renamed.folder || './'} to ${folderOf(path) || './'}`
}

/** With its `/`. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}
