import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { readHead } from '../git/head.ts'
import { nulItems } from '../git/git-lists.ts'
import { readOperation } from '../git/operation.ts'
import { pathMatcher, unmatched, type Pathspecs } from '../git/pathspec.ts'
import { describeChange } from '../merge/describe-change.ts'
import { mergeBytes } from '../merge/merge-bytes.ts'
import { mergeByLines } from '../merge/merge-by-lines.ts'
import type { ConflictReason, MergeConflict } from '../merge/merge-result.ts'
import { chosenText, type MarkedConflict, type MarkedPiece } from '../merge/read-markers.ts'
import { entityAt } from '../merge/structure/entity-at.ts'
import { mergeText } from '../merge-on-node.ts'
import { readConflictedPaths, type ConflictedPath } from './conflicted-path.ts'
import { explainPath, type ExplainedConflict, type ExplainedPath } from './explain-path.ts'
import { conflictKey } from './proposals/conflict-key.ts'
import { withMoves } from './moved-paths.ts'
import { ProposalStore } from './proposals/proposal-store.ts'
import { readMarkedFile } from './marked-file.ts'
import { readCode } from './read-code.ts'
import type { Workspace } from './workspace.ts'

type Read = (id: ObjectId) => Promise<Uint8Array>

/** The conflicts that the index holds, of all paths or those at or below some. Throws USAGE where a path that was named has none. */
export async function conflictedPaths(
  { git }: Workspace,
  paths: Pathspecs,
  signal?: AbortSignal,
): Promise<readonly ConflictedPath[]> {
  return conflictsAt(readConflictedPaths(nulItems(await git.git.run(['ls-files', '-u', '-z'], { signal }))), paths)
}

/** Those at some paths, all unless told. Throws USAGE where one of these has none. */
export function conflictsAt(all: readonly ConflictedPath[], paths: Pathspecs): readonly ConflictedPath[] {
  const [free] = unmatched(
    paths,
    all.map(({ path }) => path),
  )
  if (free !== undefined)
    throw new AnvcsError('USAGE', {
      message: `${free} has no conflict.`,
      hint: '`ai-vcs status` lists those that have.',
    })
  const matches = pathMatcher(paths)
  return all.filter(({ path }) => matches(path))
}

/**
 * Explains the conflicts of the index. The places are those that still have markers in the work tree, in their order; of a file
 * without any, those that the three files in the index have. Throws USAGE as `conflictedPaths`.
 */
export async function explainConflicts(
  workspace: Workspace,
  paths: Pathspecs,
  signal?: AbortSignal,
): Promise<readonly ExplainedPath[]> {
  const read: Read = (id) => workspace.git.git.run(['cat-file', 'blob', id], { signal })
  const explained: ExplainedPath[] = []
  const proposals = new ProposalStore(workspace.git.dataDir)
  for (const conflicted of await conflictedPaths(workspace, paths, signal)) {
    const whole = await explainPath(conflicted, read, signal)
    const pieces = (await readMarkedFile(workspace, conflicted.path, signal))?.pieces ?? []
    const isMarked = pieces.some((piece) => typeof piece !== 'string') && conflicted.left && conflicted.right
    if (!isMarked) {
      explained.push(whole)
      continue
    }
    const conflicts = await explainMarked(conflicted, pieces, read, signal)
    explained.push({ ...whole, conflicts: conflicts.map((one) => withProposals(proposals, whole.path, one)) })
  }
  const ours = readHead(workspace.git.gitDir, workspace.git.refs).commit
  // Of a commit that is picked, and of more than two sides, renames are not told.
  const [theirs, ...more] = readOperation(workspace.git)?.parents ?? []
  return ours && theirs && !more.length ? withMoves(workspace.git, explained, { ours, theirs }, signal) : explained
}

function withProposals(store: ProposalStore, path: string, conflict: ExplainedConflict): ExplainedConflict {
  const proposals = store.read(conflictKey(path, { left: conflict.left.text, right: conflict.right.text }))
  return proposals.length ? { ...conflict, proposals } : conflict
}

async function explainMarked(
  conflicted: ConflictedPath,
  pieces: readonly MarkedPiece[],
  read: Read,
  signal: AbortSignal | undefined,
): Promise<readonly ExplainedConflict[]> {
  const known = await knownConflicts(conflicted, read, signal)
  const entities = [
    await entitiesOf(conflicted.path, pieces, 'left', signal),
    await entitiesOf(conflicted.path, pieces, 'right', signal),
  ]
  return pieces
    .filter((piece) => typeof piece !== 'string')
    .map((marked, at) => {
      const found = known.find(({ conflict }) => isSame(conflict, marked))
      const entity = entities.map((names) => names[at]).find((name) => name !== undefined) ?? found?.conflict.entity
      const base = marked.base ?? found?.base
      const { lines, left, right } = marked
      return {
        reason: found?.conflict.reason ?? reasonOf(marked, base),
        lines,
        ...(entity !== undefined && { entity }),
        ...(found?.conflict.entries && { entries: found.conflict.entries }),
        ...(found?.conflict.command !== undefined && { command: found.conflict.command }),
        ...(base !== undefined && { base }),
        left: { text: left, did: describeChange(base, left) },
        right: { text: right, did: describeChange(base, right) },
      }
    })
}

interface KnownConflict {
  readonly conflict: MergeConflict
  /** Undefined where it is that of several. */
  readonly base: string | undefined
}

/** What our merge and git's would mark in its usual style. */
async function knownConflicts(
  { path, base, left, right }: ConflictedPath,
  read: Read,
  signal: AbortSignal | undefined,
): Promise<readonly KnownConflict[]> {
  const texts = await Promise.all([base && read(base.id), read(left!.id), read(right!.id)])
  const input = { path, base: texts[0] ?? new Uint8Array(), left: texts[1], right: texts[2], signal }
  const results = [await mergeBytes(input, mergeText), await mergeBytes(input, async (own) => mergeByLines(own))]
  return results.flatMap((result) => {
    const conflicts = result.status === 'conflict' ? result.conflicts : []
    const isShared = ({ base: { lines } }: MergeConflict) =>
      conflicts.filter((other) => other.base.lines.from === lines.from && other.base.lines.end === lines.end).length > 1
    return conflicts.map((conflict) => ({ conflict, base: isShared(conflict) ? undefined : conflict.base.text }))
  })
}

/** The work tree may have other ends of lines than the index. */
function isSame({ left, right }: MergeConflict, marked: MarkedConflict): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').replace(/\n$/, '')
  return plain(left.text) === plain(marked.left) && plain(right.text) === plain(marked.right)
}

function reasonOf({ left, right }: MarkedConflict, base: string | undefined): ConflictReason {
  if (left === '') return 'left-deleted'
  if (right === '') return 'right-deleted'
  return base === '' ? 'both-added' : 'both-changed'
}

/** Of each conflict the declaration that it lies in, where all are chosen alike. */
async function entitiesOf(
  path: string,
  pieces: readonly MarkedPiece[],
  side: 'left' | 'right',
  signal: AbortSignal | undefined,
): Promise<readonly (string | undefined)[]> {
  const texts = pieces.map((piece) => (typeof piece === 'string' ? piece : chosenText(piece, side)))
  const code = await readCode(path, texts.join(''), signal)
  let end = 0
  return texts.flatMap((text, at) => {
    const from = end
    end += text.length
    return typeof pieces[at] === 'string' ? [] : [code && entityAt(code, from, end)]
  })
}
