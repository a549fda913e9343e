import type { ObjectId } from '../contracts/ids.ts'
import type { Workspace } from './workspace.ts'

/** A room as Git sees a remote: one branch, and whatever heads of it have not been merged. */
export interface RoomRemote extends AsyncDisposable {
  /** What the room holds now. The commits are stored here. */
  refs(): Promise<RoomRefs>
  /** Takes a commit that is stored here into the room. It is at every member that is reachable when this resolves. */
  push(commit: ObjectId): Promise<void>
}

export interface RoomRefs {
  /** The branch of the room, by its full name. */
  readonly branch: string
  /** Its newest commit first; others are heads that conflict with it. */
  readonly heads: readonly ObjectId[]
}

export interface RoomRemoteOptions {
  readonly workspace: Workspace
  readonly signal?: AbortSignal
}
