import { AnvcsError } from '../contracts/errors.ts'
import { fromBase64, toBase64 } from '../lib/bytes.ts'
import type { LocalHandler, LocalRequestContext } from '../node/local-peer.ts'
import { add } from './add.ts'
import { adopt } from './adopt.ts'
import { commit, type CommitRequest } from './commit.ts'
import { forgetRoom } from './forget-room.ts'
import { rejoin } from './rejoin.ts'
import type { RoomHost } from './room-host.ts'
import { roomStatus } from './room-status.ts'
import { takeIn } from './take-in.ts'
import { takeCommit } from './take-commit.ts'

/** The room that answers. */
export interface AnsweringRoom {
  readonly host: RoomHost
  /** A ticket as text. */
  invite(options: { readonly uses?: number; readonly lifeMs?: number }): Promise<string>
  /** Ends it. */
  close(): Promise<void>
}

/** What other processes of this clone may ask of the running room. */
export class HostMethods implements LocalHandler {
  readonly #room: AnsweringRoom

  constructor(room: AnsweringRoom) {
    this.#room = room
  }

  async handle(method: string, params: unknown, { signal }: LocalRequestContext): Promise<unknown> {
    const { host } = this.#room
    const { workspace } = host
    switch (method) {
      case 'status':
        return roomStatus(host)
      case 'add':
        return add(workspace, host, stringsOf(params, 'paths'))
      case 'commit':
        return commit(workspace, host, { ...requestOf(params), signal })
      case 'recomputed':
        return [...host.room.recomputed]
      case 'take-in':
        return takeIn(host)
      case 'adopt':
        return adopt(host)
      case 'rejoin':
        return rejoin(host, { signal })
      case 'take':
        await takeCommit(host, stringOf(params, 'commit'), signal)
        return null
      case 'invite':
        return { ticket: await this.#room.invite(params as { uses?: number; lifeMs?: number }) }
      case 'leave': {
        const left = await forgetRoom(workspace, host.branch)
        // The answer goes out first. Whoever runs the room closes it, too, and sees what fails.
        setImmediate(() => void this.#room.close().catch(() => {}))
        return left
      }
      case 'pause':
        host.mirror?.pause()
        return roomStatus(host)
      case 'resume':
        await host.mirror?.resume()
        return roomStatus(host)
      default:
        throw new AnvcsError('USAGE', { message: `The running room knows no ${method}.` })
    }
  }
}

/** A request as it travels: bytes as base64. */
export function packRequest({
  signal: _signal,
  onHookOutput: _onHookOutput,
  testReport,
  ...request
}: CommitRequest): unknown {
  return { ...request, ...(testReport && { testReport: toBase64(testReport) }) }
}

function requestOf(params: unknown): CommitRequest {
  const { testReport, ...request } = params as Omit<CommitRequest, 'testReport'> & { readonly testReport?: string }
  const bytes = testReport === undefined ? undefined : fromBase64(testReport)
  return { ...request, ...(bytes && { testReport: bytes }) }
}

function stringOf(params: unknown, name: string): string {
  const value = (params as Readonly<Record<string, unknown>> | null)?.[name]
  if (typeof value !== 'string') throw new AnvcsError('USAGE', { message: `A ${name} is missing.` })
  return value
}

function stringsOf(params: unknown, name: string): readonly string[] {
  const value = (params as Readonly<Record<string, unknown>> | null)?.[name]
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}
