import type { ObjectId } from '../contracts/ids.ts'
import { listNotes } from '../git/notes.ts'
import { readStored, readStoredCommit } from '../git/stored-objects.ts'
import { findInTree } from '../objects/tree.ts'
import { readNote } from '../provenance/note-line.ts'
import { isDropped, type AiMeta } from '../provenance/record.ts'
import { readRecordTrailers } from '../provenance/record-trailers.ts'
import { noteReader, notesRef } from './notes-ref.ts'
import { readRecordFiles } from './record-files.ts'
import { remoteNotesRef } from './remote-records.ts'
import { recordFolder } from './test-report.ts'
import type { Workspace } from './workspace.ts'

/** What a record tells those who can read the remote. */
export interface OutgoingRecord {
  readonly commit: ObjectId
  readonly agent: string | null
  readonly model: string | null
  /** The prompt, redacted as it is stored. */
  readonly prompt: string | null
}

/** Records in notes that the remote lacks. */
export function notedRecords({ git }: Workspace, remote: string): readonly OutgoingRecord[] {
  const theirs = new Map(
    listNotes(git, git.refs.read(remoteNotesRef(remote))).map(({ commit, note }) => [commit, note]),
  )
  const noteOf = noteReader(git)
  return listNotes(git, git.refs.read(notesRef))
    .filter(({ commit, note }) => theirs.get(commit) !== note)
    .map(({ commit }) => outgoing(commit, readNote(noteOf(commit)).lines[0]?.ai_meta))
}

/** Records in files of these commits. */
export function filedRecords({ git }: Workspace, commits: readonly ObjectId[]): readonly OutgoingRecord[] {
  return commits.flatMap((commit) => {
    const { tree, message } = readStoredCommit(git.objects, commit)
    const records = readRecordFiles(git.objects, tree, readRecordTrailers(message).changeIds)
    return records.map(({ ai_meta }) => outgoing(commit, ai_meta))
  })
}

/** Does a commit have records in its files: its own or those of its history? */
export function hasRecordFiles({ git }: Workspace, commit: ObjectId | undefined): boolean {
  if (!commit || !git.objects.has(commit)) return false
  const { tree } = readStoredCommit(git.objects, commit)
  return findInTree((id) => readStored(git.objects, 'tree', id), tree, recordFolder) !== undefined
}

function outgoing(commit: ObjectId, meta: AiMeta | undefined): OutgoingRecord {
  const prompt = meta?.prompt
  return {
    commit,
    agent: meta?.agent_id ?? null,
    model: meta?.model ?? null,
    prompt: prompt === undefined || isDropped(prompt) ? null : prompt,
  }
}
