import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { readHead } from '../git/head.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import type { Environment } from '../node/config-folder.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { createMemberKey, memberKeyPath, readMemberKey } from '../node/member-key-file.ts'
import { nodeRandom } from '../node/random.ts'
import type { ParsedCommit } from '../objects/commit.ts'
import { readNote } from '../provenance/note-line.ts'
import { readSquashedTrailers } from '../provenance/record-trailers.ts'
import type { AiMeta } from '../provenance/record.ts'
import { add } from './add.ts'
import { Collaboration, type CollaborationOptions } from './collaboration.ts'
import { commit, type CommitRequest, type CommitResult } from './commit.ts'
import { noteReader } from './notes-ref.ts'
import { readRecordFiles } from './record-files.ts'
import { Workspace } from './workspace.ts'

/** How a room is run: branch, signaling servers, whether the branch follows. */
export type RunOptions = Omit<CollaborationOptions, 'workspace'>

/** A commit as the repository shows it, with its records. */
export interface LoggedCommit extends Pick<ParsedCommit, 'author' | 'message' | 'parents' | 'tree'> {
  readonly commit: ObjectId
  /** Prompt, model, tests and the rest, as they were recorded. Nothing here has checked who wrote them. */
  readonly records: readonly AiMeta[]
}

const defaultLogLength = 20

/** A Git repository on disk, its rooms and its commits. */
export class Repository implements AsyncDisposable {
  readonly workspace: Workspace
  #room: Collaboration | undefined

  constructor(workspace: Workspace) {
    this.workspace = workspace
  }

  /** The room that runs in this process. */
  get room(): Collaboration | undefined {
    return this.#room
  }

  /** Makes the user's member key where there is none. */
  async createIdentity(): Promise<void> {
    const path = memberKeyPath(this.workspace.configFolder)
    if (!(await readMemberKey(nodeCrypto, path)))
      await createMemberKey(nodeCrypto, nodeRandom, path, this.workspace.person.email)
  }

  /** Resumes the room of the branch, or founds one at its commit. Throws FEED_LOCKED where another process runs it. */
  startRoom(options: RunOptions = {}): Promise<Collaboration> {
    return this.#run(() => Collaboration.start({ ...options, workspace: this.workspace }))
  }

  /** Joins by a ticket; resolves when a member has let this clone in and files and branch follow. */
  joinRoom(ticket: string, options: RunOptions = {}): Promise<Collaboration> {
    return this.#run(() => Collaboration.join({ ...options, workspace: this.workspace }, ticket))
  }

  /** Goes on with the room of the branch. Throws ROOM_MISSING where it has none. */
  resumeRoom(options: RunOptions = {}): Promise<Collaboration> {
    return this.#run(() => Collaboration.join({ ...options, workspace: this.workspace }, undefined))
  }

  /** Stages paths, as `git add` does. */
  add(paths: readonly string[]): Promise<readonly string[]> {
    return add(this.workspace, this.#room?.host, paths)
  }

  /** Makes a signed commit with its record; announced in the room, where one runs here. Throws COMMIT_EMPTY. */
  commit(request: CommitRequest): Promise<CommitResult> {
    return commit(this.workspace, this.#room?.host, request)
  }

  /** The newest commits of HEAD along first parents. */
  log({ limit = defaultLogLength }: { readonly limit?: number } = {}): readonly LoggedCommit[] {
    const { git } = this.workspace
    const commits: LoggedCommit[] = []
    const noteOf = noteReader(git)
    let next = readHead(git.gitDir, git.refs).commit
    while (next && commits.length < limit) {
      const { author, message, parents, tree } = readStoredCommit(git.objects, next)
      const { lines } = readNote(noteOf(next))
      const { changeIds } = readSquashedTrailers(message)
      const found = lines.length ? lines : readRecordFiles(git.objects, tree, changeIds)
      const records = found.map(({ ai_meta }) => ai_meta)
      commits.push({ commit: next, author, message, parents, tree, records })
      next = parents[0]
    }
    return commits
  }

  /** Leaves the room running nowhere: what it holds stays on disk. Idempotent. */
  async close(): Promise<void> {
    await this.#room?.close()
    this.#room = undefined
    await this.workspace.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #run(open: () => Promise<Collaboration>): Promise<Collaboration> {
    if (this.#room) throw new AnvcsError('USAGE', { message: 'A room of this repository runs already.' })
    this.#room = await open()
    return this.#room
  }
}

/**
 * Opens the repository that a folder lies in, with its user's keys and name. Throws NOT_A_REPOSITORY or
 * REPOSITORY_UNSUPPORTED. `environment` stands in for the variables of the process: HOME, AI_VCS_CONFIG_DIR, GIT_*.
 */
export async function openRepository(
  path: string,
  { environment = process.env, signal }: { readonly environment?: Environment; readonly signal?: AbortSignal } = {},
): Promise<Repository> {
  return new Repository(await Workspace.open({ path, environment, ...(signal && { signal }) }))
}
