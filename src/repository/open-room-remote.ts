import { AnvcsError } from '../contracts/errors.ts'
import { parseTicket } from '../identity/ticket.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { runningRoom } from './in-room.ts'
import { OpenedRemote } from './opened-remote.ts'
import type { RoomRemote, RoomRemoteOptions } from './room-remote.ts'
import type { RoomStatus } from './room-status.ts'
import { RunningRemote } from './running-remote.ts'

/** The room of a ticket: by the process that runs it in this clone, or else opened, and joined where this clone is no member yet. */
export async function openRoomRemote(options: RoomRemoteOptions, text: string): Promise<RoomRemote> {
  const ticket = parseTicket(nodeCrypto, text)
  if (!ticket) throw new AnvcsError('TICKET_INVALID')
  const { workspace, signal } = options
  const running = await runningRoom(workspace, signal)
  if (running) {
    const { room } = (await running.request('status', null, signal ? { signal } : {})) as RoomStatus
    if (room === ticket.room) return new RunningRemote(running, signal)
    await running[Symbol.asyncDispose]()
  }
  return OpenedRemote.open(options, ticket)
}
