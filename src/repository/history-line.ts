import type { ObjectId } from '../contracts/ids.ts'
import { subjectOf, type CommitView, type PersonView } from './commit-view.ts'

type Person = readonly [name: string, email: string, time: string]

/** A commit in the index of the history, without what the rest tells: its id, names of refs, the subject. */
type Line = readonly [
  tree: CommitView['tree'],
  parents: CommitView['parents'],
  author: Person,
  /** 0: the author. */
  committer: Person | 0,
  message: string,
  /** 0: none. */
  signature: CommitView['signature'] | 0,
  recordStatus: CommitView['recordStatus'],
  record: CommitView['record'],
  moreRecords: CommitView['moreRecords'],
  isAutomaticMerge: boolean,
]

/** As JSON on one line. Half of the time of a long list is the parsing of this, so names are left out. */
export function formatView(view: CommitView): string {
  const { tree, parents, author, committer, message, signature, recordStatus, record, moreRecords } = view
  const persons = [author, committer].map(({ name, email, time }): Person => [name, email, time])
  const isOne = JSON.stringify(persons[0]) === JSON.stringify(persons[1])
  const line: Line = [
    tree,
    parents,
    persons[0]!,
    isOne ? 0 : persons[1]!,
    message,
    signature.status === 'none' ? 0 : signature,
    recordStatus,
    record,
    moreRecords,
    view.isAutomaticMerge,
  ]
  return JSON.stringify(line)
}

/** The same commit, and where refs point now. */
export function parseView(commit: ObjectId, text: string, refs: readonly string[]): CommitView {
  const line = JSON.parse(text) as Line
  const [tree, parents, by, committedBy, message, signature, recordStatus, record, moreRecords, isAutomaticMerge] = line
  const author = personOf(by)
  return {
    commit,
    tree,
    parents,
    author,
    committer: committedBy === 0 ? author : personOf(committedBy),
    subject: subjectOf(message),
    message,
    refs,
    signature: signature === 0 ? { status: 'none' } : signature,
    recordStatus,
    record,
    moreRecords,
    isAutomaticMerge,
  }
}

function personOf([name, email, time]: Person): PersonView {
  return { name, email, time }
}
