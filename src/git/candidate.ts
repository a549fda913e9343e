import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { findInTree } from '../objects/tree.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { hashPlainFiles } from './hash-files.ts'
import { isSameEntry, type GitIndex } from './index-file.ts'
import type { GitRepository } from './repository.ts'
import { hasReplacements } from './replacements.ts'
import { openScratchIndex } from './scratch-index.ts'
import { readStored } from './stored-objects.ts'

/** What is to be committed. */
export interface CandidateRequest {
  /** HEAD; undefined where there is none. */
  readonly commit: ObjectId | undefined
  /** Of that commit, as it is stored. */
  readonly tree: ObjectId | undefined
  /** Taken as they are in the work tree. */
  readonly paths: readonly string[]
  /** Nothing else, whatever is staged (`git commit PATH`). */
  readonly isOnly: boolean
  /** A hook is to see it as an index. */
  readonly needsIndex: boolean
  readonly signal?: AbortSignal | undefined
}

/** What a commit changes against the tree of HEAD. */
export interface CommitChanges {
  readonly changes: readonly TreeChange[]
  /** What the index is to take besides what it holds: those of them that it lacks, or what a hook has replaced in the commit alone. */
  readonly unstaged: readonly TreeChange[]
  /** Will the index lack some of the changes even so? */
  readonly isPartlyStaged: boolean
  /** Blobs that are not stored yet. */
  readonly objects: readonly GitObject[]
}

/** What is to be committed: changes, and where a hook or git needs one, an index that holds them. */
export interface Candidate extends AsyncDisposable {
  /** The index in which a hook sees, and may change, what is committed. */
  readonly indexFile: string
  /** As they are now. Throws MERGE_CONFLICT where files are not merged yet. */
  read(): Promise<CommitChanges>
}

/** Puts together what is to be committed. The index of the work tree is only read. */
export async function prepareCandidate(repository: GitRepository, request: CandidateRequest): Promise<Candidate> {
  const { paths, needsIndex, isOnly } = request
  if (!paths.length && !isOnly) return stagedCandidate(repository, request)
  const isReplaced = isOnly && hasReplacements(repository)
  const hashed = needsIndex || isReplaced ? undefined : await hashPlainFiles(repository, paths)
  if (!hashed) return scratchCandidate(repository, request)
  const files = hashed.map(({ path, entry }): TreeChange => ({ path, entry }))
  const objects = hashed.flatMap(({ object }) => object ?? [])
  const read = async (): Promise<CommitChanges> => {
    if (isOnly) return { changes: files, unstaged: files, isPartlyStaged: false, objects }
    const taken = new Set(paths)
    const staged = (await changesOf(repository.index, request, taken)).filter(({ path }) => !taken.has(path))
    return { changes: [...staged, ...files], unstaged: files, isPartlyStaged: false, objects }
  }
  return { indexFile: repository.indexFile, read, [Symbol.asyncDispose]: async () => {} }
}

/** What is staged: a hook works on the index itself, as under `git commit`. */
function stagedCandidate({ index, indexFile }: GitRepository, request: CandidateRequest): Candidate {
  return {
    indexFile,
    read: async () => ({
      changes: await changesOf(index, request),
      unstaged: [],
      isPartlyStaged: false,
      objects: [],
    }),
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Git stages the files in an index of their own, with all its rules. */
async function scratchCandidate(repository: GitRepository, request: CandidateRequest): Promise<Candidate> {
  const { commit, tree, paths, isOnly, signal } = request
  const opened = await openScratchIndex(repository)
  try {
    const { index: scratch, indexFile } = opened
    if (!isOnly) await opened.copy()
    // Git begins with what it shows of HEAD, which another commit or tree may stand in for (git-replace(1)).
    else if (commit) await scratch.fill(commit, { signal })
    await scratch.take(paths, { isOnly, signal })
    // As git: the index takes the files as they are now, whatever a hook makes of them for the commit.
    const taken = isOnly ? entriesAt(repository, tree, await changesOf(scratch, request), paths) : undefined
    const read = async (): Promise<CommitChanges> => {
      const changes = await changesOf(scratch, request)
      const unstaged = taken ?? (await missingInIndex(repository, request, changes))
      return { changes, unstaged, isPartlyStaged: taken !== undefined && !holdsAll(taken, changes), objects: [] }
    }
    return { indexFile, read, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
  } catch (error) {
    await opened[Symbol.asyncDispose]()
    throw error
  }
}

function holdsAll(staged: readonly TreeChange[], changes: readonly TreeChange[]): boolean {
  const held = new Map(staged.map(({ path, entry }) => [path, entry]))
  return changes.every(({ path, entry }) => held.has(path) && isSameEntry(held.get(path), entry))
}

/** What the index lacks of the scratch index: they can only differ where one of them differs from the tree. */
async function missingInIndex(
  repository: GitRepository,
  { tree, signal }: CandidateRequest,
  changes: readonly TreeChange[],
): Promise<readonly TreeChange[]> {
  const staged = await repository.index.stagedChanges(tree, { signal })
  const held = new Map(staged.changes.map(({ path, after }) => [path, after]))
  const others = [...held.keys(), ...staged.unmerged]
  const wanted = entriesAt(repository, tree, changes, [...changes.map(({ path }) => path), ...others])
  const unmerged = new Set(staged.unmerged)
  return wanted.filter(
    ({ path, entry }) => unmerged.has(path) || !held.has(path) || !isSameEntry(held.get(path), entry),
  )
}

/** What lies at the paths once a tree is changed. */
function entriesAt(
  { objects }: GitRepository,
  tree: ObjectId | undefined,
  changes: readonly TreeChange[],
  paths: readonly string[],
): readonly TreeChange[] {
  const changed = new Map(changes.map((change) => [change.path, change]))
  const readTree = (id: ObjectId) => readStored(objects, 'tree', id)
  return [...new Set(paths)].map(
    (path) => changed.get(path) ?? { path, entry: tree && findInTree(readTree, tree, path) },
  )
}

async function changesOf(
  index: GitIndex,
  { tree, signal }: CandidateRequest,
  taken: ReadonlySet<string> = new Set(),
): Promise<readonly TreeChange[]> {
  const { changes, unmerged } = await index.stagedChanges(tree, { signal })
  const left = unmerged.filter((path) => !taken.has(path))
  if (left.length)
    throw new AnvcsError('MERGE_CONFLICT', {
      message: `Not merged yet: ${left.slice(0, 5).join(', ')}${left.length > 5 ? ', …' : ''}.`,
      hint: 'Mend the files and `ai-vcs add` them; then commit.',
      details: { paths: left },
    })
  return changes.map(({ path, after }) => ({ path, entry: after }))
}
