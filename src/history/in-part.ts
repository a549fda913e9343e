import type { FileId } from '../contracts/ids.ts'
import { diffText } from '../document/text-diff.ts'
import { stateOf, type Anchor } from './anchor.ts'
import { isWithin, withAuthor, type FileState } from './file-state.ts'
import type { RoomHistory } from './room-history.ts'
import type { VirtualAuthor } from './virtual-author.ts'

/** What a commit and its parents are told to have of a file. */
interface Told {
  readonly history: RoomHistory
  readonly parents: readonly Anchor[]
  /** The parents' states, joined. */
  readonly above: FileState
  /** These and the commit's, joined. */
  readonly before: FileState
  readonly file: FileId
}

/** Was what the commit has of a file typed for it, by who did not know its author's states? */
export function isTyped(history: RoomHistory, anchor: Anchor, file: FileId): boolean {
  return stateOf(anchor, file).authors.some((id) => history.author(id).commit === anchor.commit)
}

/**
 * Files that the commit has staged in part. Only its committer can say that of what it changes, and that goes before what others
 * have typed for it: its words are in operations that they did not know.
 */
export function saidInPart(history: RoomHistory, own: readonly Anchor[]): ReadonlySet<FileId> {
  return new Set(own.flatMap((anchor) => [...anchor.partial].filter((file) => !isTyped(history, anchor, file))))
}

/**
 * Does a state rest on what was typed for an earlier commit, whose committer by now says otherwise, so that not even its own commit brings that back?
 * Not where nobody has edited anything and that one was staged in part: what the commit changes is laid over the text. And not where its words stood
 * twice and stand here anyway: then the copy that was typed goes, though the commit has both.
 */
export function restsOnOverruled(told: Told, state: FileState): boolean {
  const { history, parents, above, file } = told
  const overruling = above.authors
    .map((id) => history.author(id))
    .filter((by) => !state.authors.includes(by.id) && overruledBy(history, by, state).length > 0)
  if (!overruling.length) return false
  if (isWithin({ ...state, authors: [] }, above)) return parents.some(({ partial }) => partial.has(file))
  return (
    overruling.some((by) => standsTwice(history, by, state)) &&
    overruling.every((by) => overruledBy(history, by, state).every((typed) => standsAnyway(told, typed)))
  )
}

/** What a state has of that which was typed for a commit, and which is not shown where its author's states are known. */
function overruledBy(history: RoomHistory, by: VirtualAuthor, state: FileState): readonly VirtualAuthor[] {
  if (!by.restores) return []
  return by.before.authors
    .filter((id) => state.authors.includes(id))
    .map((id) => history.author(id))
    .filter(({ commit }) => commit === by.commit)
}

/** Has the state operations beside what was typed that it was typed for? Of what its committer has staged in part nobody can tell which these are. */
function standsTwice(history: RoomHistory, by: VirtualAuthor, state: FileState): boolean {
  const { counts } = by.restores!
  return overruledBy(history, by, state).some(({ before }) => {
    const news = [...counts].filter(([feed, count]) => count > (before.counts.get(feed) ?? 0))
    return !news.length || news.some(([feed]) => (state.counts.get(feed) ?? 0) > (before.counts.get(feed) ?? 0))
  })
}

/** Is all that was typed for a commit in the text without that? By the diff of the room, so that every peer finds the same. */
function standsAnyway({ history, file, before }: Told, typed: VirtualAuthor): boolean {
  const { evaluator } = history
  const blob = evaluator.textAt(file, withAuthor(typed.before, typed.id))
  const gone = diffText(blob, evaluator.textAt(file, before)).filter(({ remove }) => remove > 0)
  let shift = 0
  return typed.script.changes.every(({ at, remove, insert }) => {
    const [start, end] = [at + shift, at + shift + insert.length]
    shift += insert.length - remove
    return gone.every((change) => change.at + change.remove <= start || change.at >= end)
  })
}
