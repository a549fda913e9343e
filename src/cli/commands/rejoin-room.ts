import { AnvcsError } from '../../contracts/errors.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import type { RejoinReport } from '../../repository/rejoin.ts'
import type { Workspace } from '../../repository/workspace.ts'
import { readIceServers } from '../../repository/ice-servers.ts'
import { shortId } from '../commit-text.ts'
import { count } from '../count.ts'
import type { CliContext } from '../context.ts'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'
import { withWorkspace } from '../open-workspace.ts'

export const rejoinRoomCommand = defineCommand({
  brief: 'Exchange what was missed with everybody in the room who is reachable',
  about:
    'Asks the running room, or opens it until all are equal. Exits with 3 if nobody was reachable, and with 1 if heads are left\nthat wait for a merge. A damaged journal is set aside from its damage on, and what it has lost comes from the others.',
  examples: [
    ['ai-vcs rejoin-room', 'back online'],
    ['ai-vcs rejoin-room --json', 'the report for a program'],
  ],
  flags: {},
  run: async (context) => {
    const { output } = context
    output.progress('exchanging …')
    const report = await withWorkspace(context, (workspace) => rejoinHere(context, workspace))
    const isAlone = !report.peers.length
    output.result(report, () => (isAlone ? '' : reportText(report)))
    if (isAlone) {
      const { nobodyReached } = await import('../../repository/exchange.ts')
      throw nobodyReached()
    }
    return report.heads.length > 1 ? exitStatus.conflict : exitStatus.ok
  },
})

async function rejoinHere({ output, signal }: CliContext, workspace: Workspace): Promise<RejoinReport> {
  const { runningRoom } = await import('../../repository/in-room.ts')
  await using running = await runningRoom(workspace, signal)
  if (running) return (await running.request('rejoin', null, { signal })) as RejoinReport
  const { Collaboration, checkedOut } = await import('../../repository/collaboration.ts')
  const { settingsOf } = await import('../../repository/read-settings.ts')
  const { rejoin } = await import('../../repository/rejoin.ts')
  const room = await workspace.data.roomOf(checkedOut(workspace))
  if (!room) throw new AnvcsError('ROOM_MISSING')
  const { mendJournal } = await import('../../repository/journal-damage.ts')
  const mended = await mendJournal(workspace.data, room)
  for (const line of mended) output.warn(line)
  const { values } = await settingsOf(workspace)
  await using collaboration = await Collaboration.join(
    {
      workspace,
      signalingUrls: values['signaling.servers'],
      iceServers: readIceServers(values['ice.servers']) ?? [],
      follow: values['room.follow'],
      autoMerge: values['room.autoMerge'],
      isForExchange: true,
      exchangesFirst: mended.length > 0,
      signal,
    },
    undefined,
  )
  return await rejoin(collaboration.host, { signal, isOpenedForThis: true })
}

function reportText(report: RejoinReport): string {
  const { peers, commitsReceived, headsMerged, heads, unsigned, waiting, tree } = report
  const entries = (of: 'entriesSent' | 'entriesReceived') =>
    count(
      peers.reduce((sum, peer) => sum + peer[of], 0),
      'entry',
      'entries',
    )
  return [
    ...peers.map(({ name, path, equal }) => `${escapeLine(name)} (${path}): ${equal ? 'equal' : 'still exchanging'}`),
    `sent      ${entries('entriesSent')}`,
    `received  ${entries('entriesReceived')}, ${count(commitsReceived, 'commit')}`,
    `merged    ${count(headsMerged, 'pair')} of heads`,
    ...(heads.length > 1 ? [`heads     ${heads.map(shortId).join(' ')} wait for a merge`] : []),
    ...unsigned.map((head) => `unsigned  ${shortId(head)}: no member has signed it, so branches do not follow it`),
    ...waiting.map(({ commit, reason }) => `waits     ${shortId(commit)}: ${escapeLine(reason)}`),
    `tree      ${tree ?? 'none yet'}`,
  ].join('\n')
}
