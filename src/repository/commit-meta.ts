import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitRepository } from '../git/repository.ts'
import { splitNul } from '../git/git-lists.ts'
import { readHead } from '../git/head.ts'
import { listNotes } from '../git/notes.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { canonicalJson, type JsonObject } from '../provenance/canonical-json.ts'
import type { AiMeta } from '../provenance/record.ts'
import { checkCommit } from './check-commit.ts'
import { noteReader, notesRef } from './notes-ref.ts'
import { makeFolder } from './view-folder.ts'
import { readTestReport, recordFolder } from './test-report.ts'

/** What `reindex` did. */
export interface ReindexReport {
  /** Commits with a record that are here. */
  readonly records: number
  readonly written: number
  /** Folders of commits that have no record any more. */
  readonly removed: number
}

/**
 * Writes `.ai/meta/<commit>/`: a view of the records of a commit for people and programs, which can be made anew. Returns whether it
 * was another before.
 */
export async function writeMeta(git: GitRepository, commit: ObjectId, records: readonly AiMeta[]): Promise<boolean> {
  const folder = await makeFolder(git.workTree, `.ai/meta/${commit}`)
  // The folder ignores itself: it is never part of a commit.
  await writeFile(join(git.workTree, '.ai', '.gitignore'), '*\n', { flag: 'wx' }).catch(() => undefined)
  const [ai_meta, ...more] = records
  const view = { commit_id: commit, ai_meta, ...(more.length && { squashed: more }) }
  // Sorted, so that it is the same whether the record was just made or read from a note.
  const sorted: unknown = JSON.parse(canonicalJson(view as unknown as JsonObject))
  const isNew = await replace(join(folder, 'record.json'), `${JSON.stringify(sorted, undefined, 2)}\n`)
  const report = ai_meta && readTestReport(git, ai_meta, readStoredCommit(git.objects, commit).tree)
  return (report !== undefined && (await replace(join(folder, 'tests.json'), report))) || isNew
}

/** Makes all of `.ai/meta` anew from the records, and removes what belongs to none. */
export async function reindex(git: GitRepository, signal?: AbortSignal): Promise<ReindexReport> {
  const noteOf = noteReader(git)
  const commits = new Set<string>()
  let written = 0
  for (const commit of await commitsWithRecords(git, signal)) {
    signal?.throwIfAborted()
    if (git.objects.read(commit)?.type !== 'commit') continue
    const { fitting, line } = checkCommit(git, new Map(), commit, noteOf)
    const records = fitting.length ? fitting : line ? [line] : []
    if (!records.length) continue
    commits.add(commit)
    const metas = records.map(({ ai_meta }) => ai_meta)
    if (await writeMeta(git, commit, metas)) written++
  }
  const names = await readdir(metaFolder(git)).catch(() => [])
  const stale = names.filter((name) => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name) && !commits.has(name))
  for (const name of stale) await rm(join(metaFolder(git), name), { recursive: true, force: true })
  return { records: commits.size, written, removed: stale.length }
}

/** Commits with a note, and all of HEAD's history where records lie in its files. */
async function commitsWithRecords(git: GitRepository, signal: AbortSignal | undefined): Promise<Iterable<ObjectId>> {
  const noted = listNotes(git, git.refs.read(notesRef)).map(({ commit }) => commit)
  const args = ['log', '-z', '--format=%H', '--full-history', 'HEAD', '--', recordFolder]
  const found = readHead(git.gitDir, git.refs).commit ? splitNul(await git.git.run(args, { signal })) : []
  return new Set([...noted, ...(found as ObjectId[])])
}

function metaFolder({ workTree }: Pick<GitRepository, 'workTree'>): string {
  return join(workTree, '.ai', 'meta')
}

async function replace(path: string, content: string | Uint8Array): Promise<boolean> {
  const old = await readFile(path).catch(() => undefined)
  if (old && Buffer.from(content).equals(old)) return false
  await writeFile(path, content)
  return true
}
