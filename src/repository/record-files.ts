import { rm } from 'node:fs/promises'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectStore } from '../contracts/object-store.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStored } from '../git/stored-objects.ts'
import { fromUtf8, utf8 } from '../lib/bytes.ts'
import { objectId } from '../objects/object-id.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { findInTree } from '../objects/tree.ts'
import { canonicalJson, parseCanonicalJson, type JsonObject } from '../provenance/canonical-json.ts'
import type { ChangeId } from '../provenance/change-id.ts'
import { lineLimits, splitNote } from '../provenance/note-line.ts'
import { readRecord, type CommitRecord } from '../provenance/record.ts'
import { settingsOf } from './read-settings.ts'
import { readTestReport, recordFolder } from './test-report.ts'
import { replaceFile } from './view-folder.ts'
import type { Workspace } from './workspace.ts'

const fileMode = 0o100644
/** A record is written once; a commit that is made anew under its change id would add a line. */
const maxLines = 16

/**
 * The files of a record where records lie in files (`provenance.store`). Never in rooms: a commit of a room consists of what its members
 * have typed.
 */
export async function chosenFiles(
  workspace: Workspace,
  record: CommitRecord,
  isInRoom: boolean,
): Promise<RecordFiles | undefined> {
  if (isInRoom || (await settingsOf(workspace)).values['provenance.store'] !== 'files') return undefined
  return recordFiles(workspace.git, record)
}

/** Files that a commit takes in beside its own changes. */
export interface RecordFiles {
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[]
  readonly changes: readonly TreeChange[]
  readonly objects: readonly GitObject[]
}

/** The record, and the test report that it names, as files. */
function recordFiles(git: GitRepository, record: CommitRecord): RecordFiles {
  const { ai_meta, salts } = record
  const line = utf8(`${canonicalJson({ ai_meta, salts } as unknown as JsonObject)}\n`)
  const report = readTestReport(git, ai_meta)
  const files = [
    { path: recordPath(ai_meta.change_id), content: line },
    ...(report ? [{ path: `${recordFolder}/${ai_meta.test_report_ref}`, content: report }] : []),
  ]
  const objects = files.map(({ content }): GitObject => ({ type: 'blob', content }))
  const changes = files.map(({ path }, i) => ({
    path,
    entry: { mode: fileMode, id: objectId(git.crypto, git.format, objects[i]!) },
  }))
  return { files, changes, objects }
}

/**
 * Makes a commit with the files of its record in work tree and store (undefined: its record lies elsewhere); where it is not made, they
 * are taken out again.
 */
export async function withFiles<T>(
  git: GitRepository,
  record: RecordFiles | undefined,
  commit: (changes: readonly TreeChange[]) => Promise<T>,
): Promise<T> {
  if (!record) return commit([])
  const placed: string[] = []
  try {
    await git.objects.write(record.objects)
    for (const { path, content } of record.files) placed.push(replaceFile(git.workTree, path, content))
    return await commit(record.changes)
  } catch (error) {
    for (const path of placed) await rm(path, { force: true })
    throw error
  }
}

/** The records of changes in the tree of a commit; none where there are none, or the tree is not here. */
export function readRecordFiles(
  objects: ObjectStore,
  tree: ObjectId,
  changes: readonly ChangeId[],
): readonly CommitRecord[] {
  try {
    const readTree = (id: ObjectId) => readStored(objects, 'tree', id)
    const folder = findInTree(readTree, tree, recordFolder)
    if (!folder) return []
    return changes.flatMap((change) => {
      const found = findInTree(readTree, tree, recordPath(change))
      return found
        ? splitNote(readStored(objects, 'blob', found.id))
            .slice(0, maxLines)
            .flatMap(readLine)
        : []
    })
  } catch (error) {
    if (AnvcsError.is(error, 'OBJECT_MISSING') || AnvcsError.is(error, 'OBJECT_INVALID')) return []
    throw error
  }
}

function readLine(bytes: Uint8Array): readonly CommitRecord[] {
  const text = fromUtf8(bytes)
  const value = text === undefined ? undefined : parseCanonicalJson(text, lineLimits)
  const record = value === undefined ? undefined : readRecord(value)
  return record ? [record] : []
}

function recordPath(change: ChangeId): string {
  return `${recordFolder}/${change.slice(0, 2)}/${change.slice(2)}.json`
}
