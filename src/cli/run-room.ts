import { escapeLine } from '../provenance/message-escape.ts'
import type { Collaboration, CollaborationEvent } from '../repository/collaboration.ts'
import { shortId } from './commit-text.ts'
import type { CliContext } from './context.ts'
import { pathsText } from './paths-text.ts'
import { endedStatus, exitStatus } from './exit-code.ts'
import { untilAborted } from './until-aborted.ts'

const shownPaths = 3

/** Tells what goes on in a room until the user ends it, or it is left. The caller closes it. */
export async function runRoom(
  context: CliContext,
  collaboration: Collaboration,
  ticket: string | undefined,
): Promise<number> {
  const { output, signal } = context
  const { host } = collaboration
  const ended = new AbortController()
  const tell = (event: CollaborationEvent): void => {
    output.event(event, eventText(event))
    if (event.event === 'ended') ended.abort()
  }
  const branch = host.branch.replace('refs/heads/', '')
  output.event(
    { event: 'room', room: host.room.id, branch, ticket: ticket ?? null, signaling: collaboration.signalingUrls },
    [
      `Room ${host.room.id.slice(0, 12)} on ${escapeLine(branch)}`,
      ...(ticket === undefined ? [] : [`Others join by: ai-vcs collab join ${ticket}`]),
      'Ctrl-C ends it here; `ai-vcs collab start` resumes it.',
    ].join('\n'),
  )
  // Hears what has happened until now, too.
  const stop = collaboration.events.on('event', tell)
  await untilAborted(AbortSignal.any([signal, ended.signal]))
  stop()
  return signal.aborted ? endedStatus(signal.reason) : exitStatus.ok
}

/** What people see of an event; '' for what only programs want. */
function eventText(event: CollaborationEvent): string {
  switch (event.event) {
    case 'joined':
      return `${escapeLine(event.name)} is here (${event.path})`
    case 'left':
      return `${escapeLine(event.name)} is gone`
    case 'changed':
      return event.origin === 'remote' ? `changed: ${pathsText(event.paths, shownPaths)}` : ''
    case 'commit':
      return `${event.own ? 'you' : escapeLine(event.author)} committed ${shortId(event.commit)}`
    case 'merge':
      return `merged: ${shortId(event.commit)}`
    case 'heads':
      return event.heads.length > 1
        ? `${event.heads.length} heads wait for a merge: ${event.heads.map(shortId).join(' ')}`
        : ''
    case 'followed':
      return `the branch is at ${shortId(event.to)}`
    case 'paused':
      return event.reason === null
        ? 'the work tree is mirrored'
        : `the work tree stands still: ${escapeLine(event.reason)}`
    case 'signaling':
      return event.connected ? '' : 'no signaling server answers; trying again'
    case 'warning':
      return `warning: ${escapeLine(event.message)}`
    case 'ended':
      return 'The room has ended here.'
  }
}
