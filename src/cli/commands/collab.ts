import { AnvcsError } from '../../contracts/errors.ts'
import type { CollaborationOptions } from '../../repository/collaboration.ts'
import type { RoomStatus } from '../../repository/room-status.ts'
import type { Workspace } from '../../repository/workspace.ts'
import { readIceServers } from '../../repository/ice-servers.ts'
import type { CliContext } from '../context.ts'
import { defineCommand, defineGroup } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { optionalNumber, optionalText, optionalWord, textList, toggle } from '../parameters.ts'
import { roomText } from '../room-text.ts'

interface RunFlags {
  readonly host?: string
  readonly port?: number
  readonly listen: boolean
  readonly signaling?: readonly string[]
  readonly follow?: boolean
}

const runFlags = {
  host: optionalText('Where our signaling server listens; 127.0.0.1 unless told', 'address'),
  port: optionalNumber('Its port; the one of the last run, or any free one, unless told', 'port', { max: 65_535 }),
  listen: { kind: 'boolean', default: true, withNegated: true, brief: 'Run a signaling server' },
  signaling: textList('Another signaling server (ws:// or wss://)', 'url'),
  follow: {
    kind: 'boolean',
    optional: true,
    withNegated: true,
    brief: 'Let the branch follow the commits of the room; room.follow unless told',
  },
} as const

/** Whoever waits for so long for the first member wants to know why. */
const nobodyMs = 10_000
const nobodyYet =
  'Nobody of the room has answered yet; still looking. A member has to run it (`ai-vcs collab start` or `join`), and its signaling server has to be reached from here.'

const unreachable =
  'Nobody can find this room: it has no signaling server. Leave out `--no-listen`, or name one with `--signaling URL`.'

const startCommand = defineCommand<RunFlags & { uses?: number; hours?: number }>({
  brief: 'Share this branch live; prints a ticket for others',
  about:
    'Founds a room on the branch, or resumes the one that it has, and runs until Ctrl-C. With --json each fact is a line, the first\nof them with the ticket.',
  examples: [
    ['ai-vcs collab start', 'on this machine'],
    ['ai-vcs collab start --host 0.0.0.0 --port 4444', 'for the local network'],
    ['ai-vcs collab start --no-listen --signaling wss://signal.example.org', 'by a server of the team'],
  ],
  flags: {
    ...runFlags,
    uses: optionalNumber('How many may join by the ticket; 1 unless told', 'number', { min: 1, max: 1_000_000 }),
    hours: optionalNumber('How long it can be used; 24 unless told', 'hours', {
      min: 0.01,
      max: 24 * 365,
      isFraction: true,
    }),
  },
  run: async (context, { uses, hours, ...flags }) => {
    const { Collaboration } = await import('../../repository/collaboration.ts')
    const { runRoom } = await import('../run-room.ts')
    return withWorkspace(context, async (workspace) => {
      const options = await optionsOf(context, workspace, flags)
      context.output.progress('opening the room …')
      await using collaboration = await Collaboration.start(options)
      if (!collaboration.signalingUrls.length) context.output.warn(unreachable)
      const ticket = await collaboration.invite(ticketOptions(uses, hours))
      return await runRoom(context, collaboration, ticket)
    })
  },
})

const joinCommand = defineCommand<RunFlags & { shareChanges: boolean }, [string?]>({
  brief: 'Join a room by a ticket, or rejoin the one that this branch has',
  about:
    'Runs until Ctrl-C. The clone has to hold the commit that the room began at. Changes of tracked files have to be\ncommitted or stashed first, or shared by --share-changes; untracked files are held back until they are added.',
  examples: [
    ['ai-vcs collab join anvcs1...', 'by a ticket'],
    ['ai-vcs collab join', 'again, without one'],
  ],
  flags: { ...runFlags, shareChanges: toggle('Share changes that are not committed, too') },
  positional: { kind: 'tuple', parameters: [optionalWord('What `collab start` printed', 'ticket')] },
  run: async (context, { shareChanges, ...flags }, ticket) => {
    const { Collaboration, checkedOut } = await import('../../repository/collaboration.ts')
    const { runRoom } = await import('../run-room.ts')
    return withWorkspace(context, async (workspace) => {
      if (ticket === undefined && !(await workspace.data.roomOf(checkedOut(workspace))))
        throw new AnvcsError('ROOM_MISSING')
      const options = await optionsOf(context, workspace, flags)
      context.output.progress('looking for a member of the room …')
      const timer = setTimeout(() => context.output.warn(nobodyYet), nobodyMs)
      await using collaboration = await Collaboration.join({ ...options, shareChanges }, ticket).finally(() =>
        clearTimeout(timer),
      )
      return await runRoom(context, collaboration, undefined)
    })
  },
})

const statusCommand = defineCommand({
  brief: 'Show the running room: members, links, heads',
  examples: [['ai-vcs collab status', 'who is here and how they are linked']],
  flags: {},
  run: (context) => askRoom(context, 'status'),
})

const pauseCommand = defineCommand({
  brief: 'Let the work tree stand still; journal and links go on',
  examples: [['ai-vcs collab pause', 'before a build that must not see edits']],
  flags: {},
  run: (context) => askRoom(context, 'pause'),
})

const resumeCommand = defineCommand({
  brief: 'Mirror the room into the work tree again',
  examples: [['ai-vcs collab resume', 'after a pause']],
  flags: {},
  run: (context) => askRoom(context, 'resume'),
})

const inviteCommand = defineCommand<{ uses?: number; hours?: number }>({
  brief: 'Print another ticket for the running room',
  examples: [['ai-vcs collab invite --uses 5 --hours 2', 'for five who come soon']],
  flags: {
    uses: optionalNumber('How many may join by it; 1 unless told', 'number', { min: 1, max: 1_000_000 }),
    hours: optionalNumber('How long it can be used; 24 unless told', 'hours', {
      min: 0.01,
      max: 24 * 365,
      isFraction: true,
    }),
  },
  run: async (context, { uses, hours }) => {
    const answer = await requestRoom<{ readonly ticket: string }>(context, 'invite', ticketOptions(uses, hours))
    context.output.result(answer, () => answer.ticket)
  },
})

const leaveCommand = defineCommand({
  brief: 'End the room here, and forget that this branch has one',
  about: 'Others stay in the room. The journal stays here, and a ticket brings you back.',
  examples: [['ai-vcs collab leave', 'leave the room of this branch']],
  flags: {},
  run: async (context) => {
    const { leaveRoom } = await import('../../repository/leave-room.ts')
    const left = await withWorkspace(context, (workspace) => leaveRoom(workspace, context.signal))
    context.output.result(left, () => `Left room ${left.room.slice(0, 12)} on ${left.branch}`)
  },
})

export const collabRoutes = defineGroup({
  brief: 'Share a branch live with others',
  about:
    'A room is one branch. Everybody in it sees what the others type, and gets their commits; without a network all go on alone.',
  examples: [
    ['ai-vcs collab start', 'share the branch that is checked out; prints a ticket'],
    ['ai-vcs collab join TICKET', 'in another clone, anywhere'],
    ['ai-vcs collab status', 'who is here'],
  ],
  commands: {
    start: startCommand,
    join: joinCommand,
    status: statusCommand,
    pause: pauseCommand,
    resume: resumeCommand,
    invite: inviteCommand,
    leave: leaveCommand,
  },
})

async function optionsOf(context: CliContext, workspace: Workspace, flags: RunFlags): Promise<CollaborationOptions> {
  const { settingsOf } = await import('../../repository/read-settings.ts')
  const { values, warnings } = await settingsOf(workspace)
  for (const warning of warnings) context.output.warn(warning)
  const { host, port, listen, signaling = [], follow } = flags
  return {
    workspace,
    signalingUrls: [...signaling, ...values['signaling.servers']],
    iceServers: readIceServers(values['ice.servers']) ?? [],
    listen: listen && { ...(host !== undefined && { host }), ...(port !== undefined && { port }) },
    follow: follow ?? values['room.follow'],
    autoMerge: values['room.autoMerge'],
    signal: context.signal,
  }
}

function ticketOptions(uses: number | undefined, hours: number | undefined) {
  return { ...(uses !== undefined && { uses }), ...(hours !== undefined && { lifeMs: Math.round(hours * 3_600_000) }) }
}

async function askRoom(context: CliContext, method: string): Promise<void> {
  const status = await requestRoom<RoomStatus>(context, method, null)
  context.output.result(status, () => roomText(status, context.output.style).join('\n'))
}

/** The running room's answer. Throws ROOM_MISSING where none runs. */
async function requestRoom<T>(context: CliContext, method: string, params: unknown): Promise<T> {
  const { runningRoom } = await import('../../repository/in-room.ts')
  return withWorkspace(context, async (workspace) => {
    await using connection = await runningRoom(workspace, context.signal)
    if (connection) return (await connection.request(method, params, { signal: context.signal })) as T
    throw new AnvcsError('ROOM_MISSING', {
      message: 'No room is running here.',
      hint: 'Run `ai-vcs collab start`, or `ai-vcs collab join TICKET`.',
    })
  })
}
