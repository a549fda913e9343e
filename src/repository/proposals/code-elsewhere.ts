import type { ObjectId } from '../../contracts/ids.ts'
import type { CodeElsewhere } from '../../contracts/merge-proposer.ts'
import type { Redactor } from '../../contracts/redactor.ts'
import { nulItems } from '../../git/git-lists.ts'
import { readHead } from '../../git/head.ts'
import { readOperation } from '../../git/operation.ts'
import { readStoredCommit } from '../../git/stored-objects.ts'
import { fromUtf8, utf8 } from '../../lib/bytes.ts'
import type { RelatedCode } from '../../merge/across/related-code.ts'
import { rulesOf } from '../../merge/across/rules-of.ts'
import { chosenText } from '../../merge/read-markers.ts'
import type { FileTree } from '../../merge/trees/file-tree.ts'
import { findRelatedCode } from '../../merge-on-node.ts'
import { maxRedactedLength } from '../../node/redactor.ts'
import { storedTree } from '../check-merged-tree.ts'
import type { Workspace } from '../workspace.ts'
import type { OpenConflict } from './open-conflicts.ts'
import { withheldBecause } from './withheld.ts'

/** Of all pieces, and of one. */
const maxElsewhereBytes = 16_384
const maxPieceBytes = 4096
/** Files that are looked into for uses, in the order of their paths. */
const maxUsers = 50
const maxSoughtNames = 20

/** Who may see what. */
interface ShowOptions {
  readonly redactor: Redactor
  /** `proposals.withhold`. */
  readonly withhold: readonly string[]
  readonly signal: AbortSignal | undefined
}

/**
 * Code of other files that a conflict has to do with, as the commits have it that are merged: what its names mean, and who uses what it declares. Files that are
 * withheld, and those that seem to hold a secret anywhere, are left out.
 */
export async function codeElsewhere(
  workspace: Workspace,
  conflict: OpenConflict,
  options: ShowOptions,
): Promise<readonly CodeElsewhere[]> {
  const { git } = workspace
  const ours = readHead(git.gitDir, git.refs).commit
  const [theirs, ...more] = readOperation(git)?.parents ?? []
  if (!ours || !theirs || more.length || !rulesOf(conflict.conflicted.path)) return []
  const found = new Map<string, CodeElsewhere & { readonly tree: FileTree }>()
  for (const [side, commit] of [['left', ours] as const, ['right', theirs] as const]) {
    const tree = storedTree(git, readStoredCommit(git.objects, commit).tree)
    for (const piece of await relatedIn(workspace, conflict, { side, commit, tree }, options.signal)) {
      const key = JSON.stringify([piece.kind, piece.path, piece.text])
      found.set(key, { ...piece, side: found.has(key) ? 'both' : side, tree })
    }
  }
  const those = (kind: RelatedCode['kind']) => [...found.values()].filter((piece) => piece.kind === kind)
  const shown: CodeElsewhere[] = []
  const maySee = seer(options)
  let left = maxElsewhereBytes
  for (const { tree, ...piece } of [...those('definition'), ...those('use').toSorted(byPath)]) {
    const text = firstLines(piece.text, maxPieceBytes)
    const { length } = utf8(text)
    if (length === 0 || length > left || !(await maySee(tree, piece.path))) continue
    left -= length
    shown.push({ ...piece, text, ...(text !== piece.text && { isCut: true }) })
  }
  return shown
}

interface SideTree {
  readonly side: 'left' | 'right'
  readonly commit: ObjectId
  readonly tree: FileTree
}

/** The file is looked at as it would be with the side taken in all its conflicts. */
function relatedIn(
  { git }: Workspace,
  { conflicted: { path }, pieces, marked }: OpenConflict,
  { side, commit, tree }: SideTree,
  signal: AbortSignal | undefined,
): Promise<readonly RelatedCode[]> {
  const texts = pieces.map((piece) => (typeof piece === 'string' ? piece : chosenText(piece, side)))
  const from = texts.slice(0, pieces.indexOf(marked)).join('').length
  const bytes = utf8(texts.join(''))
  const file = { mode: 0o100644, id: `chosen ${side}`, read: () => bytes }
  const filesWith = async (words: readonly string[]): Promise<readonly string[]> => {
    const sought = words.slice(0, maxSoughtNames).flatMap((word) => ['-e', word])
    const args = ['grep', '-l', '-z', '-I', '-w', '-F', '--no-recurse-submodules', '--full-name', ...sought, commit]
    // Status 1 where no file has any of them.
    const { stdout } = await git.git.call(args, { signal })
    const paths = nulItems(stdout).map((name) => name.slice(commit.length + 1))
    return paths.filter((user) => rulesOf(user) && tree.has(user)).slice(0, maxUsers)
  }
  const at = { from, end: from + marked[side].length }
  return findRelatedCode({ tree: new Map([...tree, [path, file]]), path, at, filesWith, signal })
}

/** Whole lines: a part of a secret would not be known as one, so the file as a whole must hold none. */
function seer({ redactor, withhold }: ShowOptions): (tree: FileTree, path: string) => Promise<boolean> {
  const known = new Map<string, boolean>()
  return async (tree, path) => {
    if (withheldBecause(path, withhold) !== undefined) return false
    const file = tree.get(path)!
    const seen = known.get(file.id)
    if (seen !== undefined) return seen
    const text = fromUtf8(await file.read())
    const isFree = text !== undefined && text.length <= maxRedactedLength && (await redactor.redact(text)) === text
    known.set(file.id, isFree)
    return isFree
  }
}

function byPath(a: CodeElsewhere, b: CodeElsewhere): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0
}

function firstLines(text: string, maxBytes: number): string {
  let [taken, bytes] = ['', 0]
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    bytes += utf8(line).length
    if (bytes > maxBytes) break
    taken += line
  }
  return taken
}
