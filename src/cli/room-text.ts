import { shortId } from './commit-text.ts'
import { count } from './count.ts'
import { pathsText } from './paths-text.ts'
import { escapeLine } from '../provenance/message-escape.ts'
import type { RoomStatus } from '../repository/room-status.ts'
import type { Style } from './style.ts'

const shownPaths = 5

/** A running room in lines. Names are the members' own words: escaped. */
export function roomText(status: RoomStatus, style: Style): readonly string[] {
  const {
    room,
    branch,
    tip,
    self,
    members,
    peers,
    signaling,
    heads,
    unsigned,
    waiting,
    waitingEntries,
    paused,
    standing,
    held,
    entries,
    voided,
  } = status
  const linked = new Map(peers.map((peer) => [peer.did, peer]))
  return [
    `Room ${style.strong(room.slice(0, 12))} on ${escapeLine(branch)}: ${count(members.length, 'member')}, ${count(peers.length, 'link')}, ${count(entries, 'entry', 'entries')}`,
    ...members.map(({ did, name }) => {
      const peer = linked.get(did)
      const state =
        did === self ? 'you' : peer ? `${peer.path}${peer.equal ? ', equal' : ', exchanging'}` : 'not linked'
      return `  ${escapeLine(name).padEnd(20)} ${state}`
    }),
    ...(signaling ? [] : [style.notable('  no signaling server is connected')]),
    ...(paused === null
      ? []
      : [
          style.notable(
            `  the work tree stands still: ${escapeLine(paused)}${standing ? ' (`ai-vcs collab resume`)' : ''}`,
          ),
        ]),
    ...(held.length ? [style.notable(`  not shared until it is added: ${pathsText(held, shownPaths)}`)] : []),
    ...(heads.length > 1
      ? [
          style.bad(
            `  ${heads.length} heads wait for a merge: ${heads.map(shortId).join(' ')} (\`ai-vcs merge ${shortId(heads.find((head) => head !== tip)!)}\`)`,
          ),
        ]
      : unsigned.map((head) =>
          style.notable(
            `  ${shortId(head)} is signed by no member, so ${escapeLine(branch)} does not follow it (\`ai-vcs merge ${shortId(head)}\`)`,
          ),
        )),
    ...waiting.map(({ commit, reason }) => style.notable(`  ${commit.slice(0, 10)} waits: ${escapeLine(reason)}`)),
    ...(waitingEntries ? [`  ${count(waitingEntries, 'entry waits', 'entries wait')} for others`] : []),
    ...(voided ? [style.notable(`  ${count(voided, 'entry', 'entries')} did not count`)] : []),
  ]
}
