import type { ObjectId } from '../contracts/ids.ts'
import type { NoteAddition } from '../git/notes.ts'
import { listNotes } from '../git/notes.ts'
import { parseOddCommit, type ParsedCommit } from '../objects/commit.ts'
import { noteLine, readNote, type NoteLine } from '../provenance/note-line.ts'
import { readSquashedTrailers } from '../provenance/record-trailers.ts'
import { recordDigest } from '../provenance/record.ts'
import { fitRecords } from './check-commit.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { walkArguments } from './list-commits.ts'
import { walkDirectly } from './walk-directly.ts'
import { noteReader, notesRef, writeNotes, type NoteReader } from './notes-ref.ts'
import { patchIds } from './patch-ids.ts'
import { gitText } from './run-git.ts'
import type { Workspace } from './workspace.ts'

/** A record that was found for a commit. */
export interface Reattached {
  readonly commit: ObjectId
  /** The commit that the record was made for. */
  readonly from: ObjectId
  readonly changeId: string
  /** How it was found: the commit names it by digest or by change id, or it changes the same in the same author's name. */
  readonly by: 'digest' | 'change id' | 'content'
}

export interface ReattachReport {
  readonly range: string
  readonly checked: number
  readonly reattached: readonly Reattached[]
  /** Commits that name a record which is not here. */
  readonly missing: readonly ObjectId[]
}

/**
 * Finds the records of commits that were rewritten (amended, rebased, squashed), and adds them to their notes. Nothing is guessed: a
 * commit names its record in its message, or it is the only one with this change, author and time. Throws COMMIT_UNKNOWN.
 */
export async function reattach(
  workspace: Workspace,
  ranges: readonly string[],
  signal?: AbortSignal,
): Promise<ReattachReport> {
  const { git } = workspace
  const { args: walk } = await walkArguments(workspace, { revisions: ranges, ...(signal && { signal }) })
  const listed = await gitText(git.git, ['rev-list', ...walk], { signal }).catch(unlessMissing)
  const ids =
    listed === undefined
      ? [...(await walkDirectly(workspace, { revisions: ranges }))]
      : (listed.split('\n').filter(Boolean) as ObjectId[])
  const noteOf = noteReader(git)
  const known = knownLines(workspace, noteOf)
  const found: (Reattached & { readonly line: NoteLine })[] = []
  const missing: ObjectId[] = []
  const silent: { readonly commit: ObjectId; readonly parsed: ParsedCommit }[] = []
  for (const [i, commit] of ids.entries()) {
    signal?.throwIfAborted()
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    const parsed = commitHere(workspace, commit)
    if (!parsed) continue
    const { lines } = readNote(noteOf(commit))
    const { changeIds, digests } = readSquashedTrailers(parsed.message)
    if (!changeIds.length && !digests.length) {
      if (!lines.length && parsed.parents.length < 2) silent.push({ commit, parsed })
      continue
    }
    const named = namedLines(known, digests, changeIds).filter(({ line }) => !isAmong(lines, line))
    for (const { line, by } of named) found.push(attached(commit, line, by))
    const all = [...lines, ...named.map(({ line }) => line)]
    if (fitRecords(git.crypto, all, digests).missing) missing.push(commit)
  }
  for (const { commit, line } of await matchContent(workspace, known, silent, signal))
    found.push(attached(commit, line, 'content'))
  const additions = found.map(({ commit, line }): NoteAddition => ({ commit, lines: [noteLine(line)] }))
  if (additions.length) await writeNotes(git, additions, workspace.personNow())
  const reattached = found.map(({ commit, from, changeId, by }) => ({ commit, from, changeId, by }))
  return { range: ranges.join(' '), checked: ids.length, reattached, missing }
}

function attached(commit: ObjectId, line: NoteLine, by: Reattached['by']): Reattached & { readonly line: NoteLine } {
  return { commit, from: line.commit_id, changeId: line.ai_meta.change_id, by, line }
}

/** All records that are here. */
interface KnownLines {
  readonly byDigest: ReadonlyMap<string, NoteLine>
  readonly byChange: ReadonlyMap<string, readonly NoteLine[]>
  /** By the commit that a record was made for. */
  readonly byCommit: ReadonlyMap<ObjectId, readonly NoteLine[]>
}

function knownLines({ git }: Workspace, noteOf: NoteReader): KnownLines {
  const byDigest = new Map<string, NoteLine>()
  const byChange = new Map<string, NoteLine[]>()
  const byCommit = new Map<ObjectId, NoteLine[]>()
  for (const { commit } of listNotes(git, git.refs.read(notesRef)))
    for (const line of readNote(noteOf(commit)).lines) {
      const digest = recordDigest(git.crypto, line)
      // A rewrite copies lines: each counts once.
      if (byDigest.has(digest)) continue
      byDigest.set(digest, line)
      const change = line.ai_meta.change_id
      byChange.set(change, [...(byChange.get(change) ?? []), line])
      byCommit.set(line.commit_id, [...(byCommit.get(line.commit_id) ?? []), line])
    }
  return { byDigest, byChange, byCommit }
}

/** By digest where the commit names one; a change id alone has to belong to one record only. */
function namedLines(
  { byDigest, byChange }: KnownLines,
  digests: readonly string[],
  changeIds: readonly string[],
): readonly { readonly line: NoteLine; readonly by: 'digest' | 'change id' }[] {
  const byName = digests.flatMap((digest) => byDigest.get(digest) ?? [])
  const changes = new Set(byName.map((line) => line.ai_meta.change_id as string))
  const others = changeIds
    .filter((id) => !changes.has(id))
    .flatMap((id) => {
      const lines = byChange.get(id) ?? []
      return lines.length === 1 ? lines : []
    })
  return [
    ...byName.map((line) => ({ line, by: 'digest' as const })),
    ...others.map((line) => ({ line, by: 'change id' as const })),
  ]
}

/** Commits without a name for a record, whose change, author and time are those of exactly one commit with a record. */
async function matchContent(
  workspace: Workspace,
  { byCommit }: KnownLines,
  silent: readonly { readonly commit: ObjectId; readonly parsed: ParsedCommit }[],
  signal: AbortSignal | undefined,
): Promise<readonly { readonly commit: ObjectId; readonly line: NoteLine }[]> {
  const wanted = new Map<string, ObjectId[]>()
  for (const { commit, parsed } of silent) {
    const key = authorKey(parsed)
    wanted.set(key, [...(wanted.get(key) ?? []), commit])
  }
  // Patches cost most: only of commits whose author and time are asked for.
  const sources = [...byCommit.keys()].flatMap((commit) => {
    const parsed = commitHere(workspace, commit)
    return parsed && wanted.has(authorKey(parsed)) ? [{ commit, key: authorKey(parsed) }] : []
  })
  if (!sources.length) return []
  const targets = sources.flatMap(({ key }) => wanted.get(key)!)
  const patches = await patchIds(
    workspace.git.git,
    [...new Set([...sources.map(({ commit }) => commit), ...targets])],
    signal,
  )
  return [...new Set(targets)].flatMap((commit) => {
    const patch = patches.get(commit)
    const same = sources.filter(
      (source) => patch && patches.get(source.commit) === patch && wanted.get(source.key)!.includes(commit),
    )
    const lines = same.flatMap((source) => byCommit.get(source.commit)!)
    return lines.length === 1 ? [{ commit, line: lines[0]! }] : []
  })
}

function authorKey({ author: { name, email, timeSeconds } }: ParsedCommit): string {
  return `${timeSeconds} ${email} ${name}`
}

function commitHere({ git }: Workspace, commit: ObjectId): ParsedCommit | undefined {
  const object = git.objects.read(commit)
  return object?.type === 'commit' ? parseOddCommit(object.content) : undefined
}

function isAmong(lines: readonly NoteLine[], line: NoteLine): boolean {
  const text = noteLine(line)
  return lines.some((other) => noteLine(other) === text)
}
