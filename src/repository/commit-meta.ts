import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import type { CommitRecord } from '../provenance/record.ts'

/** Writes `.ai/meta/<commit>/`: a view of the record for people and programs, which can be made anew from notes. */
export async function writeMeta(
  workTree: string,
  commit: ObjectId,
  record: CommitRecord,
  testReport: Uint8Array | undefined,
): Promise<void> {
  const folder = join(workTree, '.ai', 'meta', commit)
  await mkdir(folder, { recursive: true })
  // The folder ignores itself: it is never part of a commit.
  await writeFile(join(workTree, '.ai', '.gitignore'), '*\n', { flag: 'wx' }).catch(() => undefined)
  const { ai_meta } = record
  await writeFile(join(folder, 'record.json'), `${JSON.stringify({ commit_id: commit, ai_meta }, undefined, 2)}\n`)
  if (testReport) await writeFile(join(folder, 'tests.json'), testReport)
}
