import { AnvcsError } from '../contracts/errors.ts'
import { readHead } from '../git/head.ts'
import type { LocalConnection } from '../node/local-connection.ts'
import { LocalSocket } from '../node/local-socket.ts'
import { settingsOf } from './read-settings.ts'
import type { RoomHost } from './room-host.ts'
import type { Workspace } from './workspace.ts'

/** Work that belongs to the room of the branch, if it has one. */
export interface RoomWork<T> {
  /** What the running host is asked, if there is one: it alone may write. */
  readonly method: string
  readonly params?: unknown
  /** Does it here. The host is undefined where the branch has no room. */
  readonly here: (host: RoomHost | undefined) => Promise<T>
  /** Only reads what the journal holds: files and branch are left as they are. */
  readonly isReading?: true
  readonly signal?: AbortSignal
}

/** Hands work to the running room of this clone, else opens the room for as long as it takes, without meeting anybody. */
export async function inRoom<T>(workspace: Workspace, work: RoomWork<T>): Promise<T> {
  const { method, params = null, here, isReading, signal } = work
  await using running = await runningRoom(workspace, signal)
  if (running) return (await running.request(method, params, signal ? { signal } : {})) as T
  const { branch } = readHead(workspace.git.gitDir, workspace.git.refs)
  if (!branch || !(await workspace.data.roomOf(branch))) return here(undefined)
  const { values } = await settingsOf(workspace)
  const { RoomHost } = await import('./room-host.ts')
  const options = { follow: values['room.follow'], autoMerge: values['room.autoMerge'] }
  await using host = await RoomHost.open({ workspace, branch, ...options }).catch((error: unknown) => {
    // Whoever only looks does not need the key.
    if (isReading && isOfKey(error)) return undefined
    throw error
  })
  if (!isReading) host?.refuseOtherMember()
  // A room that was joined by a ticket and has not been received yet: nothing of it is here.
  if (!host?.room.isReady) return await here(undefined)
  if (!isReading) await host.begin()
  return await here(host)
}

function isOfKey(error: unknown): boolean {
  return (['IDENTITY_MISSING', 'KEY_INVALID', 'SIGNING_FAILED'] as const).some((code) => AnvcsError.is(error, code))
}

/** A connection to the process that runs a room of this clone; undefined where none does. */
export function runningRoom({ data }: Workspace, signal?: AbortSignal): Promise<LocalConnection | undefined> {
  return new LocalSocket(data.socket).connect(signal ? { signal } : {})
}
