import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitRepository } from '../git/repository.ts'
import { splitNul } from '../git/git-lists.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { touching } from '../git/touching-commits.ts'
import { walkCommits } from '../git/walk-commits.ts'
import { readHead } from '../git/head.ts'
import { listNotes } from '../git/notes.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { utf8 } from '../lib/bytes.ts'
import { parseOddCommit } from '../objects/commit.ts'
import { canonicalJson, type JsonObject } from '../provenance/canonical-json.ts'
import type { AiMeta } from '../provenance/record.ts'
import { findRecords } from './check-commit.ts'
import { noteReader, notesRef } from './notes-ref.ts'
import { makeFolder, metaFolder, metaIgnore, replaceFile } from './view-folder.ts'
import { readTestReport, recordFolder } from './test-report.ts'

/** What `reindex` did. */
export interface ReindexReport {
  /** Commits with a record that are here. */
  readonly records: number
  readonly written: number
  /** Folders of commits that have no record any more. */
  readonly removed: number
}

/** Writes `.ai/meta/<commit>/`: a view of the records of a commit for people and programs, which can be made anew. */
export async function writeMeta(git: GitRepository, commit: ObjectId, records: readonly AiMeta[]): Promise<void> {
  prepare(git)
  writeView(git, commit, records)
}

/** Makes all of `.ai/meta` anew from the records, and removes what belongs to none. */
export async function reindex(git: GitRepository, signal?: AbortSignal): Promise<ReindexReport> {
  const folder = prepare(git)
  const noteOf = noteReader(git)
  const commits = new Set<string>()
  let written = 0
  for (const commit of await commitsWithRecords(git, signal)) {
    signal?.throwIfAborted()
    const object = git.objects.read(commit)
    const parsed = object?.type === 'commit' ? parseOddCommit(object.content) : undefined
    if (!parsed) continue
    const { fitting, line } = findRecords(git, commit, parsed, noteOf)
    const records = fitting.length ? fitting : line ? [line] : []
    if (!records.length) continue
    commits.add(commit)
    const metas = records.map(({ ai_meta }) => ai_meta)
    if (writeView(git, commit, metas)) written++
  }
  const names = await readdir(folder)
  const stale = names.filter((name) => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name) && !commits.has(name))
  for (const name of stale) await rm(join(folder, name), { recursive: true, force: true })
  return { records: commits.size, written, removed: stale.length }
}

/** Returns whether it was another before. */
function writeView(git: GitRepository, commit: ObjectId, records: readonly AiMeta[]): boolean {
  const [ai_meta, ...more] = records
  const view = { commit_id: commit, ai_meta, ...(more.length && { squashed: more }) }
  // Sorted, so that it is the same whether the record was just made or read from a note.
  const sorted: unknown = JSON.parse(canonicalJson(view as unknown as JsonObject))
  const report = ai_meta && readTestReport(git, ai_meta, readStoredCommit(git.objects, commit).tree)
  const folder = `${metaFolder}/${commit}`
  const record = replace(git, `${folder}/record.json`, utf8(`${JSON.stringify(sorted, undefined, 2)}\n`))
  return (report !== undefined && replace(git, `${folder}/tests.json`, report)) || record
}

/** Commits with a note, and all of HEAD's history where records lie in its files. */
async function commitsWithRecords(git: GitRepository, signal: AbortSignal | undefined): Promise<Iterable<ObjectId>> {
  const noted = listNotes(git, git.refs.read(notesRef)).map(({ commit }) => commit)
  const args = ['log', '--no-show-signature', '-z', '--format=%H', '--full-history', 'HEAD', '--', recordFolder]
  const head = readHead(git.gitDir, git.refs).commit
  const output = head && (await git.git.run(args, { signal }).catch(unlessMissing))
  const found = output
    ? (splitNul(output) as ObjectId[])
    : head
      ? walkCommits(git, [head], [], touching(git, [recordFolder]))
      : []
  return new Set([...noted, ...found])
}

/** Gives the folder of the views. */
function prepare({ workTree }: GitRepository): string {
  const folder = makeFolder(workTree, metaFolder)
  try {
    writeFileSync(join(workTree, metaIgnore.path), metaIgnore.content, { flag: 'wx' })
  } catch {
    // It is there, or the views are seen.
  }
  return folder
}

function replace({ workTree }: GitRepository, path: string, content: Uint8Array): boolean {
  const place = join(workTree, path)
  if (existsSync(place) && readFileSync(place).equals(content)) return false
  replaceFile(workTree, path, content)
  return true
}
