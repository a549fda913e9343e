import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import type { CommitPerson } from '../objects/commit.ts'
import { gitFailed } from './git-program.ts'
import { mergedHead } from './merged-tags.ts'
import type { GitRepository } from './repository.ts'
import { readPlainCommit } from './stored-objects.ts'

/** What a commit takes over from the merge, cherry-pick, revert or rebase that Git is in the middle of. */
export interface Operation {
  /** What is merged, besides HEAD. */
  readonly parents: readonly ObjectId[]
  /** Signed tags by which it is merged, by their commits. */
  readonly tags: ReadonlyMap<ObjectId, Uint8Array>
  /** Whose change is picked. */
  readonly author: CommitPerson | undefined
  /** As Git has prepared it; comments may be in it. */
  readonly message: string | undefined
  /** Why only everything that is staged can be committed. */
  readonly wholeBecause: string | undefined
  /** Tells it from a later one. */
  readonly mark: string
}

/** Names what is merged or picked: one of these is there as long as a commit is owed. */
const owing = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD'] as const
/** What else `git commit` removes. */
const prepared = ['MERGE_MSG', 'MERGE_MODE', 'SQUASH_MSG', 'AUTO_MERGE']

/** What the next commit has to take over, if anything. */
export function readOperation(repository: Pick<GitRepository, 'gitDir' | 'objects'>): Operation | undefined {
  const { gitDir, objects } = repository
  if (![...owing, ...prepared].some((name) => existsSync(`${gitDir}/${name}`))) return undefined
  const message = readText(gitDir, 'SQUASH_MSG') ?? readText(gitDir, 'MERGE_MSG')
  const owed = owing.map((name) => readText(gitDir, name))
  const [merged, picked] = owed
  const mark = owing.map((name, i) => `${name} ${owed[i] ?? ''}`).join('\n')
  const heads = idsIn(merged).map((id) => mergedHead(objects, id))
  return {
    parents: heads.map(({ commit }) => commit),
    tags: new Map(heads.flatMap(({ commit, tag }) => (tag ? [[commit, tag]] : []))),
    author: picked === undefined ? undefined : readPlainCommit(objects, idsIn(picked)[0]!).author,
    message,
    wholeBecause: merged ? 'a merge' : picked ? 'a cherry-pick' : undefined,
    mark,
  }
}

function idsIn(text: string | undefined): readonly ObjectId[] {
  return (text ?? '').split('\n').filter((line) => /^[0-9a-f]{40,64}$/.test(line)) as ObjectId[]
}

function readText(gitDir: string, name: string): string | undefined {
  try {
    return readFileSync(join(gitDir, name), 'utf8')
  } catch {
    return undefined
  }
}

/** The parents of a commit that ends a merge: as `git commit`, without those that another one contains. */
export async function mergeParents(
  { git, gitDir }: GitRepository,
  head: ObjectId | undefined,
  merged: readonly ObjectId[],
): Promise<readonly ObjectId[]> {
  const all = [...(head ? [head] : []), ...merged]
  if (!merged.length || readText(gitDir, 'MERGE_MODE') === 'no-ff') return all
  const args = ['merge-base', '--independent', ...all]
  const found = new Set(new TextDecoder().decode(await git.run(args)).split('\n'))
  return [...new Set(all)].filter((id) => found.has(id))
}

/**
 * Ends what the commit belonged to, as `git commit` does: its files go, a resolution is remembered, and what `merge --autostash` had put
 * aside comes back. Nothing is done where Git is in the middle of something else by now. Killed at any point, it can be done again.
 */
export async function concludeOperation(repository: GitRepository, mark: string): Promise<void> {
  const { gitDir, git } = repository
  if (readOperation(repository)?.mark !== mark) return
  const has = (name: string) => existsSync(join(gitDir, name))
  const isSequence = has('CHERRY_PICK_HEAD') || has('REVERT_HEAD')
  if (has('MERGE_RR')) await git.call(['rerere'])
  for (const name of prepared) await rm(join(gitDir, name), { force: true })
  if (isSequence && isLastOfSequence(gitDir)) await rm(join(gitDir, 'sequencer'), { recursive: true, force: true })
  await applyAutostash(repository)
  for (const name of owing) await rm(join(gitDir, name), { force: true })
}

/** Does the list of what is to be picked hold nothing after this one? */
function isLastOfSequence(gitDir: string): boolean {
  const todo = readText(gitDir, 'sequencer/todo')
  return todo !== undefined && !/\n[^]/.test(todo)
}

/** What does not fit goes to the list of stashes, where its owner finds it. */
async function applyAutostash({ gitDir, git }: GitRepository): Promise<void> {
  const [stash] = idsIn(readText(gitDir, 'MERGE_AUTOSTASH'))
  if (!stash) return
  const applied = await git.call(['stash', 'apply', '--quiet', stash])
  if (applied.exitCode !== 0) {
    const args = ['stash', 'store', '-m', 'autostash', '-q', stash]
    const stored = await git.call(args)
    if (stored.exitCode !== 0) throw gitFailed(args, stored)
  }
  await rm(join(gitDir, 'MERGE_AUTOSTASH'), { force: true })
}
