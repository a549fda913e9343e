import { AnvcsError } from '../contracts/errors.ts'
import type { GrammarSource } from '../contracts/grammar-source.ts'
import { parseTicket } from '../identity/ticket.ts'
import { noGrammars, roomDrivers } from '../merge/room-drivers.ts'
import { Room } from './room.ts'
import type { Founding, RoomOptions } from './room-options.ts'

/** A room's options, and whether it is to be founded, joined or opened. */
export interface OpenRoomOptions extends Omit<RoomOptions, 'drivers'> {
  /** Grammars of the languages in which files are merged; without them files of code that diverge are not merged here. */
  readonly grammars?: GrammarSource
  /** Founds a new room at this commit, which has to be in the object store. */
  readonly founding?: Founding
  /** Joins by this ticket (text or URL). `room.ready()` tells when a member has let this device in. */
  readonly ticket?: string
}

/**
 * Founds a room, joins one by a ticket, or (with neither) opens the one that the feed store holds. Nothing is connected yet:
 * `room.meet(transport, signaling)` looks for the others, and until then everything works alone.
 *
 * Throws TICKET_INVALID; ROOM_MISMATCH where the ticket is of a room whose base commit can never be had here; COMMIT_UNKNOWN where
 * the first commit is not there; ROOM_MISSING where there is nothing to open.
 */
export async function openRoom(options: OpenRoomOptions): Promise<Room> {
  const { founding, ticket: text, grammars = noGrammars, ...others } = options
  const roomOptions: RoomOptions = { ...others, drivers: roomDrivers({ grammars, crypto: others.crypto }) }
  if (founding) return Room.create(roomOptions, founding)
  if (text === undefined) return Room.open(roomOptions)
  const ticket = parseTicket(options.crypto, text)
  if (!ticket) throw new AnvcsError('TICKET_INVALID')
  return Room.join(roomOptions, ticket)
}
