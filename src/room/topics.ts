import type { Crypto } from '../contracts/crypto.ts'
import type { SignalTopic } from '../contracts/signaling.ts'
import { signalTopicOf } from '../identity/key-schedule.ts'
import { ticketSignalTopic, type Ticket } from '../identity/ticket.ts'
import type { RoomKeys } from './keys.ts'
import type { IssuedTicket } from './secrets.ts'

const dayMs = 86_400_000
/** Clocks may differ by as much around midnight. */
const slackMs = 3_600_000

/** Where others of the room are to be met now: those who have the newest epoch, and newcomers with a ticket of ours. */
export function meetingTopics(
  crypto: Crypto,
  nowMs: number,
  keys: RoomKeys,
  issued: readonly IssuedTicket[],
  own: Ticket | undefined,
): readonly SignalTopic[] {
  const topics: SignalTopic[] = []
  const epochKey = keys.newest && keys.epochKey(keys.newest)
  const days = new Set([nowMs - slackMs, nowMs + slackMs].map((ms) => Math.floor(ms / dayMs)))
  if (epochKey) for (const day of days) topics.push(signalTopicOf(crypto, epochKey, keys.room, day))
  for (const { seed, expiresMs } of issued)
    if (expiresMs > nowMs) topics.push(ticketSignalTopic(crypto, { room: keys.room, seed }))
  if (own && !epochKey) topics.push(ticketSignalTopic(crypto, own))
  return topics
}
