import {
  buildApplication,
  buildRouteMap,
  text_en,
  type Application,
  type ApplicationText,
  type Command,
  type RouteMap,
} from '@stricli/core'
import { addCommand } from './commands/add.ts'
import { adoptCommand } from './commands/adopt.ts'
import { branchCommand } from './commands/branch.ts'
import { checkoutCommand } from './commands/checkout.ts'
import { collabRoutes } from './commands/collab.ts'
import { commitCommand } from './commands/commit.ts'
import { completionCommand } from './commands/completion.ts'
import { configRoutes } from './commands/config.ts'
import { demoCommand } from './commands/demo.ts'
import { diffCommand } from './commands/diff.ts'
import { doctorCommand } from './commands/doctor.ts'
import { explainCommand } from './commands/explain.ts'
import { graphCommand } from './commands/graph.ts'
import { initCommand } from './commands/init.ts'
import { keyRoutes } from './commands/key.ts'
import { logCommand } from './commands/log.ts'
import { mergeDriverCommand } from './commands/merge-driver.ts'
import { mergeCommand } from './commands/merge.ts'
import { pullCommand } from './commands/pull.ts'
import { pushCommand } from './commands/push.ts'
import { reattachCommand } from './commands/reattach.ts'
import { reindexCommand } from './commands/reindex.ts'
import { rejoinRoomCommand } from './commands/rejoin-room.ts'
import { resolveCommand } from './commands/resolve.ts'
import { showCommand } from './commands/show.ts'
import { signalCommand } from './commands/signal.ts'
import { statusCommand } from './commands/status.ts'
import { takeInCommand } from './commands/take-in.ts'
import { undoCommand } from './commands/undo.ts'
import { uninitCommand } from './commands/uninit.ts'
import { verifyCommand } from './commands/verify.ts'
import type { CliContext } from './context.ts'
import { scannerMessage } from './scanner-message.ts'

export type App = Application<CliContext>

/** By what one wants to do, in the order in which one meets them. */
const groups = {
  'Begin here': { init: initCommand, status: statusCommand, doctor: doctorCommand, demo: demoCommand },
  'Work alone or in a room': {
    add: addCommand,
    commit: commitCommand,
    diff: diffCommand,
    undo: undoCommand,
    branch: branchCommand,
    checkout: checkoutCommand,
  },
  'Share a branch live': {
    collab: collabRoutes,
    'rejoin-room': rejoinRoomCommand,
    adopt: adoptCommand,
    'take-in': takeInCommand,
    signal: signalCommand,
  },
  Merge: {
    merge: mergeCommand,
    explain: explainCommand,
    resolve: resolveCommand,
    'merge-driver': mergeDriverCommand,
  },
  'Look back, and prove it': {
    log: logCommand,
    show: showCommand,
    graph: graphCommand,
    verify: verifyCommand,
    reattach: reattachCommand,
    reindex: reindexCommand,
  },
  'Exchange with Git remotes': { push: pushCommand, pull: pullCommand },
  'Set it up, and take it out': {
    config: configRoutes,
    key: keyRoutes,
    completion: completionCommand,
    uninit: uninitCommand,
  },
}

const commands: Readonly<Record<string, () => Command<CliContext> | RouteMap<CliContext>>> = Object.assign(
  {},
  ...Object.values(groups),
)

/**
 * The program. What a command needs is loaded when it runs; where it is known which one is meant, no other is made.
 */
export function createApp(only?: string): App {
  const names = only !== undefined && Object.hasOwn(commands, only) ? [only] : Object.keys(commands)
  const routes = Object.fromEntries(names.map((name) => [name, commands[name]!()]))
  const root: RouteMap<CliContext> = {
    ...buildRouteMap<string, CliContext>({ routes, docs: { brief } }),
    formatHelp: () => helpOf(routes),
  }
  const group = only === undefined ? undefined : routes[only]
  const text =
    group && 'getAllEntries' in group ? textOf(namesIn(group), `${only} `) : textOf(Object.keys(commands), '')
  return buildApplication(root, {
    name: 'ai-vcs',
    versionInfo: { getCurrentVersion: readVersion },
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    documentation: {
      caseStyle: 'convert-camel-to-kebab',
      useAliasInUsageLine: true,
      onlyRequiredInUsageLine: true,
      disableAnsiColor: true,
    },
    localization: { text },
  })
}

const brief = 'AI-native, Git-compatible version control that works peer to peer'

/** The help of the program. The library's names every command twice, and in one long list. */
function helpOf(routes: Readonly<Record<string, { readonly brief: string }>>): string {
  const width = Math.max(...Object.keys(routes).map((name) => name.length))
  const lists = Object.entries(groups).map(([title, group]) => [
    title,
    ...Object.keys(group).map((name) => `  ${name.padEnd(width)}  ${routes[name]!.brief}`),
    '',
  ])
  return [
    brief,
    '',
    ...lists.flat(),
    'EXAMPLES',
    '  ai-vcs init                  # set up this repository',
    '  ai-vcs collab start          # share this branch live; prints a ticket',
    '  ai-vcs collab join TICKET    # in another clone, anywhere',
    '  ai-vcs commit -m "feat: X"   # a signed commit with its record, online or not',
    '  ai-vcs help commit           # what a command does; the same as ai-vcs commit --help',
    '',
    'FLAGS',
    '  -h --help     Print this help, or that of a command',
    '  -v --version  Print the version',
    '',
    'EXIT STATUS',
    '  0 done, 1 conflict or findings, 2 usage, 3 unreachable, 4 denied, 5 guard failed, 70 internal, 130 interrupted,',
    '  143 terminated',
    '',
  ].join('\n')
}

export async function readVersion(): Promise<string> {
  const { packageVersion } = await import('../repository/package-version.ts')
  return packageVersion()
}

/** The names of the commands in a group. */
export function namesIn(group: RouteMap<CliContext>): readonly string[] {
  return group.getAllEntries().map(({ name }) => name['convert-camel-to-kebab'])
}

/** What is said of a command that is none of those, where `before` names their group; `alike` are spelt like it. */
export function unknownCommand(
  input: string,
  { known, before, alike = [] }: { known: readonly string[]; before: string; alike?: readonly string[] },
): string {
  const begun = known.filter((name) => name.startsWith(input))
  const meant = (begun.length ? begun : alike).map((name) => `\`${name.replaceAll('`', '')}\``)
  return `There is no command ${before}${input}.${meant.length ? ` Did you mean ${meant.join(' or ')}?` : ''}`
}

/** What the reader of the command line says reaches stderr as it is; `main` makes an error of ours of it. */
function textOf(known: readonly string[], before: string): ApplicationText {
  return {
    ...text_en,
    noCommandRegisteredForInput: ({ input, corrections }) =>
      unknownCommand(input, { known, before, alike: corrections }),
    exceptionWhileParsingArguments: scannerMessage,
  }
}
